"""The request, and the annotations with which a handler requests its parts."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, StrEnum
from typing import Annotated, Any, TypeVar

from solo60.declarations import Provided
from solo60.problems import MalformedRequest, PreconditionFailed, Unauthenticated

T = TypeVar("T")

CLAIMED_TIME = "%a %b %d %H:%M:%S UTC %Y"
"""How API Gateway writes the times of claims: `Mon Mar 02 10:00:00 UTC 2026`."""


class Part(Enum):
    """The part of the request that a parameter is read from."""

    PATH = "path"
    QUERY = "query"
    BODY = "body"


Path = Annotated[T, Part.PATH]
"""A path parameter, by its own name: `gym_id: Path[Identifier]`."""
Query = Annotated[T, Part.QUERY]
"""The query string as a model: `query: Query[GymsQuery]`."""
Body = Annotated[T, Part.BODY]
"""The JSON body as a model: `body: Body[BookSessionRequest]`."""


class Role(StrEnum):
    """The role of a caller, from the groups in the token."""

    MEMBER = "member"
    ADMIN = "admin"


@dataclass(frozen=True)
class Caller(Provided):
    """The caller, from the id token.

    Attributes
    ----------
    id
        The member's id in every service.
    issued
        When the token was issued, as the gateway has it.
    login
        Cognito's id of the login that the token comes from, the same in all tokens of its refreshes; empty if the token
        names none.
    """

    id: str
    email: str
    role: Role
    verified: bool
    issued: str = ""
    login: str = ""

    @property
    def issued_at(self) -> datetime:
        """When the token was issued, in whole seconds. A token that does not tell is as old as can be.

        API Gateway has the times of claims as text, the local engine as seconds.
        """
        try:
            if self.issued.isdecimal():
                return datetime.fromtimestamp(int(self.issued), UTC)
            return datetime.strptime(self.issued, CLAIMED_TIME).replace(tzinfo=UTC)
        except (ValueError, OverflowError, OSError):
            return datetime.fromtimestamp(0, UTC)

    @classmethod
    def from_claims(cls, claims: dict[str, Any]) -> Caller:
        """The caller of a Cognito id token.

        Raises
        ------
        Unauthenticated
            The claims are not of a member's id token.
        """
        user_id = claims.get("custom:user_id")
        if not user_id or claims.get("token_use", "id") != "id":
            raise Unauthenticated
        groups = re.split(r"[\s,\[\]]+", str(claims.get("cognito:groups", "")))
        return cls(
            id=str(user_id),
            email=str(claims.get("email", "")),
            role=Role.ADMIN if Role.ADMIN.value in groups else Role.MEMBER,
            verified=str(claims.get("email_verified", "")).lower() == "true",
            issued=str(claims.get("iat", "")),
            login=str(claims.get("origin_jti", "")),
        )


@dataclass(frozen=True)
class RawBody(Provided):
    """The unchanged body, for a signature over its bytes."""

    content: bytes


_ETAG = r'(?:W/)?"([0-9]{1,18})"'


@dataclass(frozen=True)
class IfMatch(Provided):
    """The version that the caller read before a change; None without a header or with `*`."""

    version: int | None

    @classmethod
    def parse(cls, header: str | None) -> IfMatch:
        """Read an `If-Match` header. An unknown tag and a list of tags count as stale."""
        if header is None or header.strip() == "*":
            return cls(None)
        match = re.fullmatch(_ETAG, header.strip())
        if match is None:
            raise PreconditionFailed
        return cls(int(match.group(1)))


@dataclass(frozen=True)
class Request(Provided):
    """A request, independent of the format of API Gateway."""

    request_id: str
    correlation_id: str
    method: str
    path: str
    path_parameters: dict[str, str]
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes
    claims: dict[str, Any] | None
    source_ip: str = ""
    stage: str = ""
    domain: str = ""
    """The host name of the request."""
    public_path: str = ""
    """The path of the request, with the stage or the custom domain's base path."""

    @classmethod
    def from_event(cls, event: dict[str, Any], correlation_id: str) -> Request:
        """Read an API Gateway REST proxy event.

        Raises
        ------
        MalformedRequest
            The body is marked as base64 and is not.
        """
        context = event.get("requestContext") or {}
        multi = event.get("multiValueQueryStringParameters")
        single = event.get("queryStringParameters") or {}
        body = event.get("body") or ""
        try:
            content = base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode()
        except (binascii.Error, UnicodeEncodeError):
            raise MalformedRequest("The body is not readable text.") from None
        return cls(
            request_id=str(context.get("requestId", "")),
            correlation_id=correlation_id,
            method=str(event.get("httpMethod", "")),
            path=str(event.get("path", "")),
            path_parameters=dict(event.get("pathParameters") or {}),
            query={k: list(v) for k, v in multi.items()} if multi else {k: [v] for k, v in single.items()},
            headers={name.lower(): str(value) for name, value in (event.get("headers") or {}).items()},
            body=content,
            claims=(context.get("authorizer") or {}).get("claims"),
            source_ip=str((context.get("identity") or {}).get("sourceIp", "")),
            stage=str(context.get("stage", "")),
            domain=str(context.get("domainName", "")),
            public_path=str(context.get("path", "")),
        )

    def header(self, name: str) -> str | None:
        """A header by its name, in any case."""
        return self.headers.get(name.lower())

    @property
    def is_encoded(self) -> bool:
        """Whether the body has a content coding, such as gzip."""
        return (self.header("content-encoding") or "").strip().lower() not in {"", "identity"}

"""The request as the runtime hands it on, and the annotations by which a handler asks for its parts."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Annotated, Any, TypeVar

from solo60.declarations import Provided
from solo60.problems import MalformedRequest, PreconditionFailed, Unauthenticated

T = TypeVar("T")


class Part(Enum):
    """Which part of the request a parameter is read from."""

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
    """What a caller may do, from the groups in the token."""

    MEMBER = "member"
    ADMIN = "admin"


@dataclass(frozen=True)
class Caller(Provided):
    """Who calls, as the id token says.

    Attributes
    ----------
    id
        The member's id in every service.
    """

    id: str
    email: str
    role: Role
    verified: bool

    @classmethod
    def from_claims(cls, claims: dict[str, Any]) -> Caller:
        """The caller of a Cognito id token.

        Raises
        ------
        Unauthenticated
            It is no id token of a member.
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
        )


@dataclass(frozen=True)
class RawBody(Provided):
    """The body as it came, for a signature over its bytes."""

    content: bytes


_ETAG = r'(?:W/)?"([0-9]{1,18})"'


@dataclass(frozen=True)
class IfMatch(Provided):
    """The version that the caller read before changing it; None where none was given, or `*`."""

    version: int | None

    @classmethod
    def parse(cls, header: str | None) -> IfMatch:
        """Read an `If-Match` header. A tag that we never gave is a stale one, and so is a list: nobody reads two."""
        if header is None or header.strip() == "*":
            return cls(None)
        match = re.fullmatch(_ETAG, header.strip())
        if match is None:
            raise PreconditionFailed
        return cls(int(match.group(1)))


@dataclass(frozen=True)
class Request(Provided):
    """What the gateway passes on, in plain words."""

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
    """The host name that API Gateway was called by."""
    public_path: str = ""
    """The path as the caller wrote it, with the stage or the domain's base path."""

    @classmethod
    def from_event(cls, event: dict[str, Any], correlation_id: str) -> Request:
        """Read an API Gateway REST proxy event.

        Raises
        ------
        MalformedRequest
            The body says that it is base64 and is not.
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
        """A header by its name, whatever its case."""
        return self.headers.get(name.lower())

"""Results of handlers other than plain models, and the rendering of responses."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from solo60 import settings
from solo60.problems import Problem

T = TypeVar("T", bound=BaseModel)

PROBLEM_JSON = "application/problem+json"
ALLOWED_ORIGIN_SETTING = "ALLOWED_ORIGIN"
EXPOSED_HEADERS = "ETag, Location, Retry-After, WWW-Authenticate, X-Request-Id, X-Correlation-Id, Idempotent-Replayed"


@dataclass(frozen=True)
class Tagged(Generic[T]):
    """A resource with its version, which becomes the `ETag`."""

    body: T
    version: int


@dataclass(frozen=True)
class Raw:
    """A body that is not JSON, such as a page or a calendar."""

    body: str
    content_type: str
    headers: dict[str, str] = field(default_factory=dict)

    def all_headers(self) -> dict[str, str]:
        """The headers of a 200."""
        return {"Content-Type": self.content_type, **self.headers}


@dataclass(frozen=True)
class NotModified:
    """The client already has the content: 304."""

    headers: dict[str, str]


@dataclass(frozen=True)
class Cacheable(Raw):
    """A raw body that clients keep; its `ETag` is a hash of the content.

    Attributes
    ----------
    cache_control
        How long it is used without asking again.
    """

    cache_control: str = "no-cache"

    @cached_property
    def etag(self) -> str:
        """The entity tag, with its quotes."""
        return f'"{hashlib.sha256(self.body.encode()).hexdigest()[:32]}"'

    def unless_known(self, if_none_match: str | None) -> Cacheable | NotModified:
        """This, or 304 if an `If-None-Match` header names its entity tag. A weak tag names it too (RFC 9110)."""
        named = {tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")}
        return NotModified(self._validators()) if named & {self.etag, "*"} else self

    def all_headers(self) -> dict[str, str]:
        """The headers of a 200."""
        return {"Content-Type": self.content_type, **self.headers, **self._validators()}

    def _validators(self) -> dict[str, str]:
        return {"ETag": self.etag, "Cache-Control": self.cache_control}


@dataclass(frozen=True)
class Response:
    """A rendered response."""

    status: int
    body: str
    headers: dict[str, str]

    def to_gateway(self, request_id: str, correlation_id: str) -> dict[str, Any]:
        """The response in API Gateway's format, with the headers of every response."""
        return {
            "statusCode": self.status,
            "headers": {
                "Access-Control-Allow-Origin": settings.read(ALLOWED_ORIGIN_SETTING, "*"),
                "Access-Control-Expose-Headers": EXPOSED_HEADERS,
                "Cache-Control": "no-store",
                "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
                "X-Content-Type-Options": "nosniff",
                "X-Request-Id": request_id,
                "X-Correlation-Id": correlation_id,
                **self.headers,
            },
            "body": self.body,
            "isBase64Encoded": False,
        }


class Replayed(Exception):
    """An earlier request with the same Idempotency-Key has a stored response, which is returned."""

    def __init__(self, response: Response) -> None:
        self.response = response
        super().__init__()


def render(result: Any, status: int) -> Response:
    """Render the result of a handler."""
    if isinstance(result, NotModified):
        return Response(304, "", result.headers)
    if isinstance(result, Raw):
        return Response(status, result.body, result.all_headers())
    headers: dict[str, str] = {}
    if isinstance(result, Tagged):
        headers["ETag"] = f'"{result.version}"'
        result = result.body
    if result is None:
        return Response(status, "", headers)
    if not isinstance(result, BaseModel):
        raise TypeError(f"a handler returns a model, not {type(result).__name__}")
    return Response(status, result.model_dump_json(), {"Content-Type": "application/json", **headers})


def render_problem(
    problem: Problem, request_id: str, conflict_view: Callable[[Any], BaseModel] | None = None
) -> Response:
    """Render a problem, with what the endpoint's view makes of the findings of a conflict."""
    body = problem.body(request_id)
    if conflict_view is not None and problem.findings is not None:
        body |= conflict_view(problem.findings).model_dump(mode="json")
    return Response(
        problem.status,
        json.dumps(body),
        {"Content-Type": PROBLEM_JSON, **problem.headers},
    )

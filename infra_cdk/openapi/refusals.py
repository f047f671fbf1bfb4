"""API Gateway's own error responses, in the problem format of the API."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from solo60.http.response import EXPOSED_HEADERS, PROBLEM_JSON
from solo60.problems import (
    Forbidden,
    InternalError,
    MalformedRequest,
    NotFound,
    PayloadTooLarge,
    Problem,
    ServiceUnavailable,
    TooManyRequests,
    Unauthenticated,
    UnsupportedMediaType,
)


class GatewayTimeout(Problem):
    status = 504
    code = "timeout"
    title = "The answer took too long"


_NO_ROUTE = "There is no such route."

_REFUSALS: tuple[tuple[str, type[Problem], str | None, int | None], ...] = (
    # No method uses SigV4, so the gateway checks signatures only on unknown routes. There a bearer token leads to
    # DEFAULT_4XX.
    ("DEFAULT_4XX", NotFound, _NO_ROUTE, None),
    ("MISSING_AUTHENTICATION_TOKEN", NotFound, _NO_ROUTE, None),
    ("INVALID_SIGNATURE", NotFound, _NO_ROUTE, None),
    ("RESOURCE_NOT_FOUND", NotFound, _NO_ROUTE, None),
    ("UNAUTHORIZED", Unauthenticated, None, None),
    ("EXPIRED_TOKEN", Unauthenticated, "The token has expired.", None),
    ("ACCESS_DENIED", Forbidden, None, None),
    ("INVALID_API_KEY", Forbidden, "The API key is not known.", None),
    ("WAF_FILTERED", Forbidden, "The request was filtered.", None),
    ("BAD_REQUEST_BODY", MalformedRequest, "The body is not valid JSON.", None),
    ("BAD_REQUEST_PARAMETERS", MalformedRequest, None, None),
    ("REQUEST_TOO_LARGE", PayloadTooLarge, None, None),
    ("UNSUPPORTED_MEDIA_TYPE", UnsupportedMediaType, None, None),
    ("THROTTLED", TooManyRequests, None, 1),
    ("QUOTA_EXCEEDED", TooManyRequests, "The quota of this API key is used up.", 3600),
    ("INTEGRATION_FAILURE", ServiceUnavailable, None, 2),
    ("INTEGRATION_TIMEOUT", GatewayTimeout, None, None),
    ("AUTHORIZER_FAILURE", InternalError, None, None),
    ("AUTHORIZER_CONFIGURATION_ERROR", InternalError, None, None),
    ("API_CONFIGURATION_ERROR", InternalError, None, None),
    ("DEFAULT_5XX", InternalError, None, None),
)


@dataclass(frozen=True)
class GatewayRefusal:
    """One gateway response.

    Attributes
    ----------
    type
        API Gateway's name of it.
    status
        HTTP status.
    headers
        Response headers; a value is a mapping expression, `'quoted'` if it is static.
    template
        The body for `application/json`, a mapping template.
    """

    type: str
    status: int
    template: str
    headers: dict[str, str] = field(default_factory=dict)

    def as_extension(self) -> dict[str, Any]:
        """The entry of `x-amazon-apigateway-gateway-responses`."""
        return {
            "statusCode": str(self.status),
            "responseParameters": {f"gatewayresponse.header.{name}": value for name, value in self.headers.items()},
            "responseTemplates": {"application/json": self.template},
        }


def gateway_refusals(allowed_origin: str) -> tuple[GatewayRefusal, ...]:
    """All error responses of API Gateway itself."""
    return tuple(
        _refusal(name, problem, detail, retry_after, allowed_origin) for name, problem, detail, retry_after in _REFUSALS
    )


def _refusal(
    name: str, problem: type[Problem], detail: str | None, retry_after: int | None, allowed_origin: str
) -> GatewayRefusal:
    headers = {
        "Content-Type": f"'{PROBLEM_JSON}'",
        "Access-Control-Allow-Origin": f"'{allowed_origin}'",
        "Access-Control-Expose-Headers": f"'{EXPOSED_HEADERS}'",
        "Cache-Control": "'no-store'",
        "Strict-Transport-Security": "'max-age=63072000; includeSubDomains'",
        "X-Content-Type-Options": "'nosniff'",
        "X-Request-Id": "context.requestId",
        "X-Correlation-Id": "method.request.header.X-Correlation-Id",
    }
    if retry_after is not None:
        headers["Retry-After"] = f"'{retry_after}'"
    refused = problem(detail)
    headers |= {header: f"'{value}'" for header, value in refused.headers.items() if header not in headers}
    return GatewayRefusal(name, problem.status, json.dumps(refused.body("$context.requestId")), headers)

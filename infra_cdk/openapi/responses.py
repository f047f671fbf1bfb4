"""The responses of an operation: success, and the errors of the use case, the runtime and the gateway."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from typing import Any

from infra_cdk.openapi.refusals import GatewayTimeout
from infra_cdk.openapi.schemas import Components, is_conditional, is_raw, is_tagged
from solo60.declarations import Access
from solo60.http.endpoint import Endpoint
from solo60.http.request import IfMatch
from solo60.http.response import PROBLEM_JSON
from solo60.problems import (
    AccountBanned,
    Conflict,
    EmailNotVerified,
    Forbidden,
    IdempotencyKeyReused,
    InternalError,
    InvalidCursor,
    InvalidRequest,
    MalformedRequest,
    NotFound,
    PayloadTooLarge,
    PreconditionFailed,
    Problem,
    RequestInFlight,
    ServiceUnavailable,
    SignInAgain,
    TooManyRequests,
    Unauthenticated,
    UnsupportedMediaType,
)

_EVERYWHERE = (InvalidRequest, TooManyRequests, InternalError, ServiceUnavailable, GatewayTimeout)
_SHARED: tuple[tuple[type[Problem], ...], ...] = (
    *((problem,) for problem in _EVERYWHERE),
    (EmailNotVerified,),
    (AccountBanned, EmailNotVerified),
    (MalformedRequest,),
    (NotFound,),
    (PayloadTooLarge,),
    (PreconditionFailed,),
    (RequestInFlight,),
    (Unauthenticated,),
    (SignInAgain, Unauthenticated),
    (UnsupportedMediaType,),
)
"""Problems that many operations have at one status, by code."""

HEADERS: dict[str, dict[str, Any]] = {
    "X-Request-Id": {"description": "The id of this request.", "schema": {"type": "string"}},
    "X-Correlation-Id": {
        "description": "The id that follows the work through events, messages and logs: yours, if you sent one.",
        "schema": {"type": "string"},
    },
    "ETag": {
        "description": "The version of the resource; send it as `If-Match` to change exactly this one.",
        "schema": {"type": "string", "examples": ['"3"']},
    },
    "Idempotent-Replayed": {
        "description": "`true` where this is the kept answer of an earlier request with the same key.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "WWW-Authenticate": {
        "description": "The scheme by which the API authenticates.",
        "schema": {"type": "string", "enum": ["Bearer"]},
    },
    "Retry-After": {"description": "Seconds to wait before trying again.", "schema": {"type": "integer"}},
}

FIELD_ERROR_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "One fault of an invalid request.",
    "required": ["field", "message"],
    "properties": {
        "field": {
            "type": "string",
            "description": "A JSON pointer (RFC 6901) into the body, such as `/invitees/0`; the name of a path or "
            "query parameter or of a header; or `body` for the body as a whole.",
            "examples": ["/invitees/0"],
        },
        "message": {"type": "string", "description": "A sentence for a person.", "examples": ["This is required."]},
    },
}

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "A refusal (RFC 9457). Some carry further members.",
    "required": ["type", "title", "status", "detail", "instance", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri", "examples": ["urn:solo60:problem:not_found"]},
        "title": {"type": "string", "description": "The same for every occurrence."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What happened this time, for a person."},
        "instance": {"type": "string", "description": "The id of the request."},
        "code": {"type": "string", "description": "A stable word to switch on."},
        "errors": {
            "type": "array",
            "description": "Every fault of an invalid request.",
            "items": {"$ref": "#/components/schemas/FieldError"},
        },
    },
}
"""The body of every refusal, without `allOf`: not all generators merge its parts."""


def refusals(endpoint: Endpoint) -> tuple[type[Problem], ...]:
    """All problems that an endpoint can return, by status and code."""
    declaration, signature = endpoint.declaration, endpoint.signature
    found: set[type[Problem]] = {*declaration.errors, *_EVERYWHERE}
    if declaration.access.authenticated:
        found |= {Unauthenticated, EmailNotVerified}
    if declaration.access is Access.ADMIN:
        found.add(Forbidden)
    if declaration.judges_caller:
        found |= {AccountBanned, SignInAgain}
    if signature.paged:
        found.add(InvalidCursor)
    if declaration.method != "GET":
        found |= {MalformedRequest, PayloadTooLarge, UnsupportedMediaType}
    if IfMatch in signature.provided.values():
        found.add(PreconditionFailed)
    if declaration.idempotency.kept:
        found |= {RequestInFlight, IdempotencyKeyReused}
    return tuple(sorted(found, key=lambda problem: (problem.status, problem.code, problem.__name__)))


def responses(endpoint: Endpoint, components: Components) -> dict[str, Any]:
    """The `responses` of an operation."""
    answers = {str(endpoint.declaration.status): _success(endpoint, components)}
    if is_conditional(endpoint.signature.answer):
        names = ["X-Request-Id", "X-Correlation-Id", "ETag"]
        answers["304"] = {"description": "You have it already.", "headers": _headers(names)}
    for status, problems in groupby(refusals(endpoint), key=lambda problem: problem.status):
        by_code = tuple({problem.code: problem for problem in problems}.values())
        members = components.conflict_members(endpoint) if status == Conflict.status else {}
        if members:
            schema = components.add(_conflict_name(endpoint), _with_members(by_code, members))
            answers[str(status)] = _problem(status, by_code, schema)
        elif (shared := _name(by_code)) in shared_responses():
            answers[str(status)] = {"$ref": f"#/components/responses/{shared}"}
        else:
            answers[str(status)] = _problem(status, by_code)
    return answers


def _conflict_name(endpoint: Endpoint) -> str:
    """`BookSessionConflict`."""
    return "".join(word.capitalize() for word in endpoint.declaration.name.split("-")) + "Conflict"


def _with_members(problems: tuple[type[Problem], ...], members: dict[str, Any]) -> dict[str, Any]:
    """A problem with further members."""
    code = {**PROBLEM_SCHEMA["properties"]["code"], "examples": [problems[0].code]}
    return {
        **PROBLEM_SCHEMA,
        "description": "A refusal (RFC 9457) with what helps to go on.",
        "properties": {**PROBLEM_SCHEMA["properties"], "code": code, **members},
    }


@cache
def shared_responses() -> dict[str, Any]:
    """The error responses that many operations share, as components."""
    return {_name(problems): _problem(problems[0].status, problems) for problems in _SHARED}


def _name(problems: tuple[type[Problem], ...]) -> str:
    return "Or".join(problem.__name__ for problem in problems)


def _success(endpoint: Endpoint, components: Components) -> dict[str, Any]:
    declaration = endpoint.declaration
    names = ["X-Request-Id", "X-Correlation-Id"]
    if is_tagged(endpoint.signature.answer) or is_conditional(endpoint.signature.answer):
        names.append("ETag")
    if declaration.idempotency.kept:
        names.append("Idempotent-Replayed")
    answer: dict[str, Any] = {"description": declaration.summary or "Done", "headers": _headers(names)}
    schema = components.answer(endpoint)
    if schema is not None:
        answer["content"] = {declaration.content_type: {"schema": schema}}
    elif is_raw(endpoint.signature.answer):
        kind = "object" if declaration.content_type == "application/json" else "string"
        answer["content"] = {declaration.content_type: {"schema": {"type": kind}}}
    return answer


def _problem(status: int, problems: tuple[type[Problem], ...], schema: dict[str, Any] | None = None) -> dict[str, Any]:
    names = ["X-Request-Id", "X-Correlation-Id"]
    if status in {429, 503} or RequestInFlight in problems:
        names.append("Retry-After")
    if status == Unauthenticated.status:
        names.append("WWW-Authenticate")
    examples: dict[str, Any] = {}
    for problem in problems:
        body = {
            "type": f"urn:solo60:problem:{problem.code}",
            "title": problem.title,
            "status": problem.status,
            "detail": problem.title,
            "instance": "0199c0de-0000-7000-8000-000000000000",
            "code": problem.code,
        }
        if issubclass(problem, InvalidRequest):
            body["errors"] = [{"field": "/name", "message": "This is required."}]
        examples[problem.code] = {"summary": problem.title, "value": body}
    return {
        "description": "; ".join(f"`{problem.code}`: {problem.title}" for problem in problems),
        # Not an `enum`: a client of today has to read the code of a rule of tomorrow.
        "x-problem-codes": [problem.code for problem in problems],
        "headers": _headers(names),
        "content": {PROBLEM_JSON: {"schema": schema or {"$ref": "#/components/schemas/Problem"}, "examples": examples}},
    }


def _headers(names: list[str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}

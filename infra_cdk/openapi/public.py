"""The OpenAPI 3.1 document for people and client generators."""

from __future__ import annotations

import inspect
import tomllib
from typing import Any

from infra_cdk import catalogue
from infra_cdk.openapi.examples import ExampleRequest, example_request
from infra_cdk.openapi.gateway import operation_id
from infra_cdk.openapi.responses import FIELD_ERROR_SCHEMA, HEADERS, PROBLEM_SCHEMA, responses, shared_responses
from infra_cdk.openapi.schemas import Components, is_conditional
from solo60.domains import Domain
from solo60.http.endpoint import Endpoint
from solo60.http.idempotency import HEADER as IDEMPOTENCY_HEADER
from solo60.http.idempotency import MAX_KEY_LENGTH
from solo60.http.request import IfMatch, RawBody
from solo60.models import DEFAULT_LIMIT, MAX_LIMIT

SECURITY_SCHEME = "id_token"

DESCRIPTION = """\
SOLO60 is a network of private micro-gyms, booked whole and by the hour.

- JSON in `snake_case`. Ids are UUIDs (version 7), instants are RFC 3339 in UTC, money is in minor units, credits are
  integers.
- Refusals are `application/problem+json` (RFC 9457) with a stable `code`; an invalid request lists every fault at once
  in `errors`, and unknown fields are refused.
- Lists answer `items` and `next_cursor`; give the cursor back with the same query for the next page.
- A POST with an `Idempotency-Key` is done once: the same key and request replay the first answer for 24 hours. Where no
  key is listed it is ignored: nothing is changed there, or tokens are handed out.
- A changeable resource has an `ETag`; send it as `If-Match` and a change of something else's version is refused.
- Send the id token of `POST /auth/login` as `Authorization: Bearer <id_token>`."""

PARAMETERS: dict[str, dict[str, Any]] = {
    "IdempotencyKey": {
        "name": IDEMPOTENCY_HEADER,
        "in": "header",
        "description": "Makes this request happen once, however often it is sent within 24 hours.",
        "schema": {"type": "string", "minLength": 1, "maxLength": MAX_KEY_LENGTH},
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "description": "The `ETag` that you read: the change is refused if it is no longer the present one.",
        "schema": {"type": "string"},
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "description": "The `ETag` of what you have: the answer is 304 if it is still the present one.",
        "schema": {"type": "string"},
    },
    "CorrelationId": {
        "name": "X-Correlation-Id",
        "in": "header",
        "description": "Follows the work through every event, message and log line.",
        "schema": {"type": "string", "pattern": r"^[A-Za-z0-9._:\-]{1,128}$"},
    },
    "Limit": {
        "name": "limit",
        "in": "query",
        "description": "Items a page.",
        "schema": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
    },
    "Cursor": {
        "name": "cursor",
        "in": "query",
        "description": "`next_cursor` of the page before, with the same query.",
        "schema": {"type": "string"},
    },
}


def public_document() -> dict[str, Any]:
    """The document of the whole API, made from the catalogue."""
    services = catalogue.services()
    endpoints = catalogue.endpoints()
    components = Components(endpoints)
    titles = {service.domain.name: service.domain.title for service in services}
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        declaration = endpoint.declaration
        operation = _operation(endpoint, titles[declaration.domain], components)
        paths.setdefault(declaration.path, {})[declaration.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "SOLO60",
            "version": version(),
            "description": DESCRIPTION,
            "contact": {"name": "SOLO60"},
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        # The endpoint replaces it with its own address.
        "servers": [{"url": "https://api.solo60.example"}],
        "tags": [_tag(service.domain) for service in services if service.endpoints],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": {"FieldError": FIELD_ERROR_SCHEMA, "Problem": PROBLEM_SCHEMA, **components.used_by(paths)},
            "headers": HEADERS,
            "responses": shared_responses(),
            "parameters": PARAMETERS,
            "securitySchemes": {
                SECURITY_SCHEME: {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "The `id_token` of `POST /auth/login`.",
                }
            },
        },
    }


def version() -> str:
    """The version of the project."""
    with (catalogue.ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def _tag(domain: Domain) -> dict[str, Any]:
    return {"name": domain.title, "description": domain.summary}


def _operation(endpoint: Endpoint, tag: str, components: Components) -> dict[str, Any]:
    declaration = endpoint.declaration
    example = example_request(declaration)
    operation: dict[str, Any] = {
        "operationId": operation_id(declaration),
        "tags": [tag],
        "summary": declaration.summary,
        "description": _description(endpoint),
        "x-access": declaration.access.value,
        "security": [{SECURITY_SCHEME: []}] if declaration.access.authenticated else [],
        "parameters": _parameters(endpoint, components, example),
        "responses": responses(endpoint, components),
    }
    if endpoint.signature.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": components.body(endpoint), "example": example.body}},
        }
    elif RawBody in endpoint.signature.provided.values():
        operation["requestBody"] = {
            "required": True,
            "description": "As the provider signs it.",
            "content": {"application/json": {"schema": {"type": "object"}, "example": example.body}},
        }
    return operation


def _description(endpoint: Endpoint) -> str:
    text = inspect.cleandoc(endpoint.declaration.function.__doc__ or "")
    return text.partition("\n")[2].strip()


def _parameters(endpoint: Endpoint, components: Components, example: ExampleRequest) -> list[dict[str, Any]]:
    signature = endpoint.signature
    found: list[dict[str, Any]] = [
        _parameter(name, "path", components.path(endpoint, name), example.path) | {"required": True}
        for name in signature.path
    ]
    if signature.query:
        found += _query(components.query(endpoint), example.query)
    names = []
    if signature.paged:
        names += ["Limit", "Cursor"]
    if IfMatch in signature.provided.values():
        names.append("IfMatch")
    if is_conditional(signature.answer):
        names.append("IfNoneMatch")
    if endpoint.declaration.idempotency.kept:
        names.append("IdempotencyKey")
    names.append("CorrelationId")
    return found + [{"$ref": f"#/components/parameters/{name}"} for name in names]


def _query(schema: dict[str, Any], example: dict[str, Any]) -> list[dict[str, Any]]:
    required = set(schema.get("required", ()))
    return [
        _parameter(name, "query", _without_null(member), example) | ({"required": True} if name in required else {})
        for name, member in schema.get("properties", {}).items()
    ]


def _parameter(name: str, where: str, schema: dict[str, Any], example: dict[str, Any]) -> dict[str, Any]:
    # The docs page fills a form with examples: those of the example request, which are valid together, and no others.
    plain = {key: value for key, value in schema.items() if key not in {"description", "examples"}}
    parameter = {"name": name, "in": where, "schema": plain}
    if "description" in schema:
        parameter["description"] = schema["description"]
    if name in example:
        parameter["example"] = example[name]
    return parameter


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A query parameter is left out, never null."""
    rest = dict(schema)
    options = [option for option in rest.pop("anyOf", []) if option != {"type": "null"}]
    if len(options) == 1:
        return {**options[0], **rest}
    return {"anyOf": options, **rest} if options else rest

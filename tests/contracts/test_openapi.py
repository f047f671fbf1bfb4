"""The two documents of the API: the one that is published, and the one that API Gateway is built from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import validate

from infra_cdk import catalogue
from infra_cdk.openapi import gateway_document, gateway_refusals, public_document
from infra_cdk.openapi.examples import example_request
from infra_cdk.openapi.gateway import AUTHORIZER
from infra_cdk.openapi.published import DOCUMENT, differing
from solo60.http.endpoint import Endpoint
from solo60.http.request import IfMatch
from solo60.http.response import PROBLEM_JSON

PUBLIC = public_document()
GATEWAY = gateway_document(
    function_arn=lambda declaration: f"arn:function:{declaration.domain}-{declaration.name}",
    authorizer_pool_arn="arn:pool",
    allowed_origin="https://app.solo60.example",
    region="eu-west-2",
)
ENDPOINTS = catalogue.endpoints()
each_endpoint = pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.declaration.module)
PROBLEM_MEMBERS = {"type", "title", "status", "detail", "instance", "code"}


def _operation(document: dict[str, Any], endpoint: Endpoint) -> dict[str, Any]:
    operation: dict[str, Any] = document["paths"][endpoint.declaration.path][endpoint.declaration.method.lower()]
    return operation


def _resolved(node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        target: Any = PUBLIC
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def test_the_committed_files_are_those_of_the_declarations() -> None:
    assert [path.relative_to(catalogue.ROOT).as_posix() for path in differing()] == [], "run `make generate`"


def test_the_top_level_holds_what_it_may_hold_and_no_more() -> None:
    """A link to the document stood there once, beside the folders that are agreed on."""
    made = {"cdk.out", "__pycache__"}
    assert {path.name for path in catalogue.ROOT.iterdir() if not path.name.startswith(".")} - made == {
        *("functions", "layers", "infra_cdk", "events", "template_tests", "tests"),
        *("cdk.json", "pyproject.toml", "uv.lock", "README.md", "Makefile", "LICENSE"),
    }


def test_the_published_document_is_valid_openapi_3_1() -> None:
    validate(json.loads(DOCUMENT.read_text(encoding="utf-8")))


def test_the_gateways_document_is_valid_openapi_3_0() -> None:
    validate(GATEWAY)


def test_operations_have_ids_and_schemas_have_names_that_generators_can_use() -> None:
    ids = [operation["operationId"] for item in PUBLIC["paths"].values() for operation in item.values()]
    assert len(ids) == len(set(ids)) == len(ENDPOINTS)
    assert all(name.isidentifier() for name in [*ids, *PUBLIC["components"]["schemas"]])
    assert not [name for name in PUBLIC["components"]["schemas"] if "__" in name], "two schemas share a name"


def test_every_reference_leads_somewhere_and_every_schema_is_used() -> None:
    used: set[str] = set()

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("$ref"), str):
                assert _resolved({"$ref": node["$ref"]})
                used.add(node["$ref"])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(PUBLIC)
    assert {f"#/components/schemas/{name}" for name in PUBLIC["components"]["schemas"]} <= used


@each_endpoint
def test_an_operation_says_all_that_its_declaration_does(endpoint: Endpoint) -> None:
    declaration, signature = endpoint.declaration, endpoint.signature
    operation = _operation(PUBLIC, endpoint)
    assert operation["summary"] == declaration.summary
    assert len(operation["description"]) > 20
    assert operation["description"] != operation["summary"], "the docstring has a first line alone"
    assert operation["x-access"] == declaration.access.value
    assert bool(operation["security"]) == declaration.access.authenticated
    assert ("requestBody" in operation) >= (signature.body is not None)
    parameters = {(p["in"], p["name"]) for p in map(_resolved, operation["parameters"])}
    assert {name for where, name in parameters if where == "path"} == set(signature.path)
    assert (("header", "Idempotency-Key") in parameters) == declaration.idempotency.kept
    assert (("header", "If-Match") in parameters) == (IfMatch in signature.provided.values())
    assert ({("query", "limit"), ("query", "cursor")} <= parameters) == signature.paged
    answers = {status: _resolved(answer) for status, answer in operation["responses"].items()}
    assert {status for status in answers if status < "300"} == {str(declaration.status)}
    assert all("X-Request-Id" in answer["headers"] for answer in answers.values())
    for problem in declaration.errors:
        assert problem.code in answers[str(problem.status)]["content"][PROBLEM_JSON]["examples"]


def _schemas(node: Any) -> Iterator[dict[str, Any]]:
    """All objects of the document that are, or contain, schemas; not the values in examples."""
    if isinstance(node, dict):
        yield node
        for key, value in node.items():
            if key not in {"example", "examples"}:
                yield from _schemas(value)
    elif isinstance(node, list):
        for value in node:
            yield from _schemas(value)


def test_schemas_use_the_words_that_all_generators_understand() -> None:
    """Each was a client that could not be generated, did not compile, or left out the refusals."""
    for schema in _schemas(PUBLIC):
        assert schema.get("type") != "null" or set(schema) == {"type"}, "a value that is always null"
        assert "const" not in schema
        assert not ("default" in schema and schema["default"] is None)
        assert "allOf" not in schema
        assert not isinstance(schema.get("type"), list)
    for name, schema in PUBLIC["components"]["schemas"].items():
        for member, inner in schema.get("properties", {}).items():
            assert inner.get("type") != "null", f"{name}.{member} is always null"


def test_ids_are_uuids() -> None:
    ids = {
        f"{name}.{member}": next((choice for choice in schema.get("anyOf", ()) if "format" in choice), schema)
        for name, component in PUBLIC["components"]["schemas"].items()
        for member, schema in component.get("properties", {}).items()
        if member == "id" or member.endswith("_id")
    }
    assert len(ids) > 10
    of_others = {name for name, schema in ids.items() if schema.get("format") != "uuid"}
    assert of_others == {
        "CreatePurchaseRequest.payment_method_id",
        "PurchaseView.stripe_payment_id",
        "TransactionSummary.stripe_payment_id",
    }


def test_the_body_of_a_change_requires_nothing() -> None:
    for endpoint in ENDPOINTS:
        if endpoint.declaration.method == "PATCH":
            body = _resolved(_operation(PUBLIC, endpoint)["requestBody"]["content"]["application/json"]["schema"])
            assert "required" not in body
            assert all("default" not in member for member in body["properties"].values())


def test_a_server_has_no_slash_at_its_end() -> None:
    assert not [server["url"] for server in PUBLIC["servers"] if server["url"].endswith("/")]


@each_endpoint
def test_an_operation_shows_its_example_and_no_other(endpoint: Endpoint) -> None:
    operation, example = _operation(PUBLIC, endpoint), example_request(endpoint.declaration)
    shown = {(each["in"], each["name"]): each["example"] for each in operation["parameters"] if "example" in each}
    assert shown == {("path", name): value for name, value in example.path.items()} | {
        ("query", name): value for name, value in example.query.items()
    }
    assert not [each for each in operation["parameters"] if "examples" in each.get("schema", {})]
    if example.body is not None:
        assert operation["requestBody"]["content"]["application/json"]["example"] == example.body


def test_a_conflict_that_helps_to_go_on_has_a_type_of_its_own() -> None:
    conflict = PUBLIC["paths"]["/sessions/book"]["post"]["responses"]["409"]
    assert {"slot_taken", "own_overlap", "insufficient_credits"} <= set(conflict["x-problem-codes"])
    assert conflict["content"][PROBLEM_JSON]["schema"] == {"$ref": "#/components/schemas/BookSessionConflict"}
    schema = PUBLIC["components"]["schemas"]["BookSessionConflict"]
    assert schema["properties"]["alternatives"]["items"] == {"$ref": "#/components/schemas/AlternativeSummary"}
    assert set(schema["properties"]) >= PROBLEM_MEMBERS


@each_endpoint
def test_the_gateway_routes_an_operation_to_its_function_behind_its_authorizer(endpoint: Endpoint) -> None:
    declaration = endpoint.declaration
    operation = _operation(GATEWAY, endpoint)
    integration = operation["x-amazon-apigateway-integration"]
    assert (integration["type"], integration["httpMethod"]) == ("aws_proxy", "POST")
    assert integration["uri"] == (
        "arn:aws:apigateway:eu-west-2:lambda:path/2015-03-31/functions/"
        f"arn:function:{declaration.domain}-{declaration.name}/invocations"
    )
    assert operation.get("security") == ([{AUTHORIZER: []}] if declaration.access.authenticated else None)


def test_the_gateway_accepts_id_tokens_of_the_pool_alone() -> None:
    scheme = GATEWAY["components"]["securitySchemes"][AUTHORIZER]
    assert scheme["x-amazon-apigateway-authtype"] == "cognito_user_pools"
    assert scheme["x-amazon-apigateway-authorizer"] == {"type": "cognito_user_pools", "providerARNs": ["arn:pool"]}


@pytest.mark.parametrize("path", sorted(GATEWAY["paths"]))
def test_a_preflight_allows_the_methods_of_its_path_to_our_own_site(path: str) -> None:
    item = GATEWAY["paths"][path]
    integration = item["options"]["x-amazon-apigateway-integration"]
    headers = integration["responses"]["default"]["responseParameters"]
    assert integration["type"] == "mock"
    assert headers["method.response.header.Access-Control-Allow-Origin"] == "'https://app.solo60.example'"
    allowed = headers["method.response.header.Access-Control-Allow-Methods"].strip("'").split(",")
    assert set(allowed) == {method.upper() for method in item}
    assert "security" not in item["options"]


def test_the_gateways_own_refusals_have_the_shape_of_all_others() -> None:
    refusals = {refusal.type: refusal for refusal in gateway_refusals("https://app.solo60.example")}
    assert set(GATEWAY["x-amazon-apigateway-gateway-responses"]) == set(refusals)
    for refusal in refusals.values():
        body = json.loads(refusal.template)
        assert set(body) == PROBLEM_MEMBERS
        assert body["status"] == refusal.status
        assert body["instance"] == "$context.requestId"
        assert refusal.headers["Content-Type"] == f"'{PROBLEM_JSON}'"
        assert refusal.headers["X-Request-Id"] == "context.requestId"
        assert refusal.headers["Access-Control-Allow-Origin"] == "'https://app.solo60.example'"
        assert ("Retry-After" in refusal.headers) == (refusal.status in {429, 503})
        assert refusal.headers.get("WWW-Authenticate") == ("'Bearer'" if refusal.status == 401 else None)


@pytest.mark.parametrize(
    ("refusal", "status", "code"),
    [
        ("UNAUTHORIZED", 401, "unauthenticated"),
        ("EXPIRED_TOKEN", 401, "unauthenticated"),
        ("ACCESS_DENIED", 403, "forbidden"),
        ("WAF_FILTERED", 403, "forbidden"),
        ("MISSING_AUTHENTICATION_TOKEN", 404, "not_found"),
        ("RESOURCE_NOT_FOUND", 404, "not_found"),
        ("BAD_REQUEST_BODY", 400, "malformed_request"),
        ("REQUEST_TOO_LARGE", 413, "payload_too_large"),
        ("UNSUPPORTED_MEDIA_TYPE", 415, "unsupported_media_type"),
        ("THROTTLED", 429, "too_many_requests"),
        ("QUOTA_EXCEEDED", 429, "too_many_requests"),
        ("INTEGRATION_FAILURE", 503, "service_unavailable"),
        ("INTEGRATION_TIMEOUT", 504, "timeout"),
        ("DEFAULT_5XX", 500, "internal_error"),
    ],
)
def test_each_refusal_of_the_gateway_is_the_one_that_apps_expect(refusal: str, status: int, code: str) -> None:
    found = GATEWAY["x-amazon-apigateway-gateway-responses"][refusal]
    assert found["statusCode"] == str(status)
    assert json.loads(found["responseTemplates"]["application/json"])["code"] == code


def test_the_gateway_checks_that_bodies_are_json() -> None:
    assert GATEWAY["x-amazon-apigateway-request-validators"]["json-body"]["validateRequestBody"]
    for endpoint in ENDPOINTS:
        checked = "x-amazon-apigateway-request-validator" in _operation(GATEWAY, endpoint)
        assert checked == (endpoint.signature.body is not None)

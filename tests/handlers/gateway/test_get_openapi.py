"""GET /openapi.json."""

from __future__ import annotations

import json
from typing import Any

from gateway.endpoints.get_openapi import handler
from infra_cdk.openapi import public_document
from tests.conftest import LambdaContext, call


def test_the_document_is_the_complete_api_in_openapi_3_1() -> None:
    answer = call(handler)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json["openapi"].startswith("3.1")
    assert answer.json["paths"] == json.loads(json.dumps(public_document()["paths"]))


def test_its_server_is_relative_where_the_gateway_names_no_domain() -> None:
    assert call(handler).json["servers"] == [{"url": "."}]


def test_its_server_is_the_address_under_which_it_was_called() -> None:
    assert _server("abc123.execute-api.eu-west-2.amazonaws.com", "/v1/openapi.json") == (
        "https://abc123.execute-api.eu-west-2.amazonaws.com/v1"
    )
    assert _server("api.solo60.example", "/openapi.json") == "https://api.solo60.example"


def _server(domain: str, path: str) -> str:
    event: dict[str, Any] = {
        "httpMethod": "GET",
        "path": "/openapi.json",
        "headers": {},
        "requestContext": {"requestId": "r", "stage": "v1", "domainName": domain, "path": path},
    }
    body = json.loads(handler(event, LambdaContext())["body"])
    return str(body["servers"][0]["url"])

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


def test_clients_ask_each_time_whether_it_has_changed() -> None:
    first = call(handler)
    assert first.headers["Cache-Control"] == "no-cache"
    for known in (first.headers["ETag"], f"W/{first.headers['ETag']}", f'"old", {first.headers["ETag"]}', "*"):
        again = call(handler, headers={"If-None-Match": known})
        assert (again.status, again.text, again.headers["ETag"]) == (304, "", first.headers["ETag"])
    for other in ('"old"', "", first.headers["ETag"].strip('"')):
        assert call(handler, headers={"If-None-Match": other}).status == 200


def test_a_document_with_another_address_has_another_tag() -> None:
    elsewhere = _answer("api.solo60.example", "/openapi.json")["headers"]["ETag"]
    assert elsewhere != call(handler).headers["ETag"]


def test_its_server_is_relative_where_the_gateway_names_no_domain() -> None:
    assert call(handler).json["servers"] == [{"url": "."}]


def test_its_server_is_the_address_under_which_it_was_called() -> None:
    assert _server("abc123.execute-api.eu-west-2.amazonaws.com", "/v1/openapi.json") == (
        "https://abc123.execute-api.eu-west-2.amazonaws.com/v1"
    )
    assert _server("api.solo60.example", "/openapi.json") == "https://api.solo60.example"


def _server(domain: str, path: str) -> str:
    return str(json.loads(_answer(domain, path)["body"])["servers"][0]["url"])


def _answer(domain: str, path: str) -> dict[str, Any]:
    event: dict[str, Any] = {
        "httpMethod": "GET",
        "path": "/openapi.json",
        "headers": {},
        "requestContext": {"requestId": "r", "stage": "v1", "domainName": domain, "path": path},
    }
    return handler(event, LambdaContext())

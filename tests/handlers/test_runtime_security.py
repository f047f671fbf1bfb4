"""The security matrix: every endpoint of the catalogue, as every kind of caller that must not get in.

A new endpoint is tested here by being declared.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra_cdk.catalogue import endpoints
from infra_cdk.openapi.examples import example_request
from solo60.declarations import Access
from solo60.http.endpoint import Endpoint
from tests.conftest import Answer, LambdaContext, call

pytestmark = pytest.mark.usefixtures("tables")

ALL = endpoints()
EXAMPLES = {endpoint.declaration.route: example_request(endpoint.declaration) for endpoint in ALL}
AUTHENTICATED = [endpoint for endpoint in ALL if endpoint.declaration.access.authenticated]
ADMIN = [endpoint for endpoint in ALL if endpoint.declaration.access is Access.ADMIN]
WITH_BODY = [endpoint for endpoint in ALL if endpoint.signature.body is not None]
PAGED = [endpoint for endpoint in ALL if endpoint.signature.paged]


def _over(found: list[Endpoint] | tuple[Endpoint, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("endpoint", found, ids=[endpoint.declaration.route for endpoint in found])


@pytest.fixture(autouse=True)
def nothing_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    """The use case does not run: what is refused is refused before it."""

    def reached(**_: Any) -> None:
        raise AssertionError("the use case was reached")

    for endpoint in ALL:
        monkeypatch.setitem(endpoint.__dict__, "signature", endpoint.signature)
        monkeypatch.setitem(endpoint.declaration.__dict__, "function", reached)


def _refused(endpoint: Endpoint, **more: Any) -> Answer:
    """The answer to the example request, which is valid but for what `more` says."""
    example = EXAMPLES[endpoint.declaration.route]
    valid = {"path": example.path, "query": example.query, "body": example.body, "headers": example.headers}
    return call(endpoint, **{**valid, **more})


@_over(AUTHENTICATED)
def test_nobody_gets_in_without_a_token(endpoint: Endpoint) -> None:
    answer = _refused(endpoint)
    assert (answer.status, answer.code) == (401, "unauthenticated")


@_over(AUTHENTICATED)
@pytest.mark.parametrize(
    "given",
    [{"sub": "s"}, {"custom:user_id": ""}, {"custom:user_id": "u", "token_use": "access", "email_verified": "true"}],
    ids=["of no member", "of an empty member", "access token"],
)
def test_nobody_gets_in_with_a_token_that_is_no_members_id_token(endpoint: Endpoint, given: dict[str, str]) -> None:
    example = EXAMPLES[endpoint.declaration.route]
    event = {
        "httpMethod": endpoint.declaration.method,
        "path": endpoint.declaration.path,
        "pathParameters": example.path,
        "multiValueQueryStringParameters": {name: [str(value)] for name, value in example.query.items()},
        "headers": example.headers,
        "body": None if example.body is None else json.dumps(example.body),
        "requestContext": {"requestId": "r", "authorizer": {"claims": given}},
    }
    assert endpoint(event, LambdaContext())["statusCode"] == 401


@_over(AUTHENTICATED)
def test_nobody_gets_in_before_the_address_is_verified(endpoint: Endpoint, member: str) -> None:
    answer = _refused(endpoint, user=member, admin=True, verified=False)
    assert (answer.status, answer.code) == (403, "email_not_verified")


@_over(ADMIN)
def test_no_member_gets_into_administration(endpoint: Endpoint, member: str) -> None:
    answer = _refused(endpoint, user=member)
    assert (answer.status, answer.code) == (403, "forbidden")


@_over(ALL)
def test_nothing_takes_a_query_parameter_that_it_does_not_know(endpoint: Endpoint, member: str) -> None:
    query = EXAMPLES[endpoint.declaration.route].query
    answer = _refused(endpoint, user=member, admin=True, query={**query, "debug": "1"})
    assert (answer.status, answer.code) == (422, "invalid_request")
    assert {fault["field"] for fault in answer.json["errors"]} == {"debug"}


@_over(WITH_BODY)
def test_nothing_takes_a_member_of_the_body_that_it_does_not_know(endpoint: Endpoint, member: str) -> None:
    body = EXAMPLES[endpoint.declaration.route].body
    answer = _refused(endpoint, user=member, admin=True, body={**body, "is_admin": True})
    assert (answer.status, answer.code) == (422, "invalid_request")
    assert {fault["field"] for fault in answer.json["errors"]} == {"/is_admin"}


@_over(WITH_BODY)
@pytest.mark.parametrize(
    "body",
    ["{", '{"a": 1', "\x00", "'", "[" * 20_000, '{"a":' * 10_000],
    ids=["open", "cut off", "control", "quote", "nested arrays", "nested objects"],
)
def test_nothing_takes_what_is_no_json(endpoint: Endpoint, member: str, body: str) -> None:
    answer = _refused(endpoint, user=member, admin=True, raw_body=body)
    assert (answer.status, answer.code) == (400, "malformed_request")


@_over(WITH_BODY)
def test_nothing_takes_a_body_of_another_kind(endpoint: Endpoint, member: str) -> None:
    headers = {"Content-Type": "text/plain"}
    answer = _refused(endpoint, user=member, admin=True, raw_body="{}", headers=headers)
    assert (answer.status, answer.code) == (415, "unsupported_media_type")


@_over([endpoint for endpoint in ALL if endpoint.declaration.method != "GET"])
def test_nothing_takes_a_compressed_body(endpoint: Endpoint, member: str) -> None:
    """The gateway decompresses it on the way: what was small when it was measured may be large here."""
    answer = _refused(endpoint, user=member, admin=True, raw_body="{}", headers={"Content-Encoding": "gzip"})
    assert (answer.status, answer.code) == (415, "unsupported_media_type")
    assert answer.headers["Accept-Encoding"] == "identity"


@_over([endpoint for endpoint in ALL if endpoint.declaration.method != "GET"])
def test_nothing_takes_a_body_over_its_limit(endpoint: Endpoint, member: str) -> None:
    body = json.dumps({"a": "x" * endpoint.declaration.max_body_bytes})
    answer = _refused(endpoint, user=member, admin=True, raw_body=body)
    assert (answer.status, answer.code) == (413, "payload_too_large")


@_over([endpoint for endpoint in ALL if endpoint.signature.path])
@pytest.mark.parametrize("value", ["../../admin", "' OR 1=1", "\x00", "x" * 2000, "00000000"])
def test_nothing_takes_an_id_that_is_none(endpoint: Endpoint, member: str, value: str) -> None:
    for name in endpoint.signature.path:
        path = {**EXAMPLES[endpoint.declaration.route].path, name: value}
        answer = _refused(endpoint, user=member, admin=True, path=path)
        assert (answer.status, answer.code) == (422, "invalid_request")
        assert [fault["field"] for fault in answer.json["errors"]] == [name]


@_over(PAGED)
@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "101"}, {"limit": "all"}])
def test_no_list_is_longer_than_a_hundred(endpoint: Endpoint, member: str, query: dict[str, str]) -> None:
    answer = _refused(endpoint, user=member, admin=True, query=query)
    assert answer.status == 422
    assert "limit" in {fault["field"] for fault in answer.json["errors"]}


@_over(ALL)
def test_every_refusal_is_a_problem_and_gives_nothing_away(endpoint: Endpoint, member: str) -> None:
    answer = _refused(endpoint, user=member, admin=True, query={"debug": "arn:aws:x"})
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["instance"] == answer.headers["X-Request-Id"]
    assert {"type", "title", "status", "detail", "instance", "code"} <= set(answer.json)
    assert "solo60-test" not in answer.text
    assert "Traceback" not in answer.text

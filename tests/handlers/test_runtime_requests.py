"""solo60.http: what is read of a request, and how one that cannot be read is refused."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from solo60.http.endpoint import Endpoint
from solo60.ids import new_id
from tests.conftest import LambdaContext, call, claims
from tests.handlers import probes
from tests.handlers.probes import CHANGE, FETCH, GET, LIST, PLACE

pytestmark = pytest.mark.usefixtures("tables")

ORDER = {"name": "Zoë", "count": 2}
PROBLEM_MEMBERS = {"type", "title", "status", "detail", "instance", "code"}


@pytest.fixture(autouse=True)
def fresh_calls() -> None:
    probes.calls.made.clear()
    probes.calls.fail = None


def _event(endpoint: Endpoint, claims_: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    declaration = endpoint.declaration
    return {
        "httpMethod": declaration.method,
        "path": declaration.path,
        "headers": {"content-type": "application/json"},
        "requestContext": {"requestId": "request-1", "authorizer": {"claims": claims_} if claims_ else None},
        **more,
    }


@pytest.mark.parametrize(
    "body", ["{", "", "nul", "{'name': 'x'}", '{"name": "x",}', "\x00", '{"name": "\ud800"}', "[1, 2", "NaN,"]
)
def test_a_body_that_is_no_json_is_400(member: str, body: str) -> None:
    answer = call(PLACE, user=member, raw_body=body)
    assert answer.status in {400, 422} if body == "" else answer.status == 400
    assert probes.calls.made == []
    if body:
        assert answer.code == "malformed_request"


@pytest.mark.parametrize("body", [[], "text", 7, None, True, [ORDER]])
def test_json_that_is_no_object_is_422(member: str, body: Any) -> None:
    answer = call(PLACE, user=member, raw_body=json.dumps(body))
    assert (answer.status, answer.code) == (422, "invalid_request")


def test_every_fault_of_path_query_and_body_comes_at_once(member: str) -> None:
    answer = call(
        CHANGE,
        user=member,
        path={"order_id": "7"},
        query={"verbose": "1"},
        body={"count": 12, "colour": "red", "note": 5},
    )
    assert (answer.status, answer.code) == (422, "invalid_request")
    assert {fault["field"] for fault in answer.json["errors"]} == {
        "order_id",
        "verbose",
        "/name",
        "/count",
        "/colour",
        "/note",
    }
    assert all(fault["message"] for fault in answer.json["errors"])
    assert set(answer.json) == PROBLEM_MEMBERS | {"errors"}


def test_unknown_members_are_refused_by_name(member: str) -> None:
    answer = call(PLACE, user=member, body={**ORDER, "is_admin": True})
    assert answer.json["errors"] == [{"field": "/is_admin", "message": "This is not a known field."}]


def test_a_body_where_none_is_taken_is_refused(member: str) -> None:
    assert call(FETCH, user=member, body={"a": 1}).status == 422
    assert call(FETCH, user=member, body={}).status == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "text/json"])
def test_another_media_type_is_415(member: str, kind: str) -> None:
    answer = call(PLACE, user=member, body=ORDER, headers={"Content-Type": kind})
    assert (answer.status, answer.code) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    "kind", ["application/json; charset=utf-8", "APPLICATION/JSON", "application/merge-patch+json"]
)
def test_json_is_json_however_it_is_spelled(member: str, kind: str) -> None:
    assert call(PLACE, user=member, body=ORDER, headers={"Content-Type": kind}).status == 201


@pytest.mark.parametrize("coding", ["gzip", "GZIP", " br ", "deflate", "identity, gzip", "gzip, identity", "x"])
def test_a_content_encoding_is_415(member: str, coding: str) -> None:
    answer = call(PLACE, user=member, body=ORDER, headers={"Content-Encoding": coding})
    assert (answer.status, answer.code) == (415, "unsupported_media_type")
    assert (answer.headers["Accept-Encoding"], probes.calls.made) == ("identity", [])


@pytest.mark.parametrize("coding", ["identity", "Identity", " identity ", ""])
def test_no_content_encoding_may_be_said_in_words(member: str, coding: str) -> None:
    assert call(PLACE, user=member, body=ORDER, headers={"content-encoding": coding}).status == 201


def test_a_body_over_the_limit_is_413_for_anybody(member: str) -> None:
    at_limit = json.dumps({**ORDER, "note": ""})
    padding = PLACE.declaration.max_body_bytes - len(at_limit.encode())
    assert call(PLACE, user=member, raw_body=json.dumps({**ORDER, "note": "x" * padding})).status == 201
    over = json.dumps({**ORDER, "note": "x" * (padding + 1)})
    for user in (member, None):
        answer = call(PLACE, user=user, raw_body=over)
        assert (answer.status, answer.code) == (413, "payload_too_large")


def test_the_limit_counts_bytes_and_not_characters(member: str) -> None:
    note = "é" * (PLACE.declaration.max_body_bytes // 2 + 1)
    answer = call(PLACE, user=member, raw_body=json.dumps({**ORDER, "note": note}, ensure_ascii=False))
    assert answer.status == 413


@pytest.mark.parametrize("name", ["Zoë", "李小龙", "🏋️‍♀️", "مريم", "O’Brien"])
def test_names_in_any_script_come_back_as_they_were_sent(member: str, name: str) -> None:
    answer = call(PLACE, user=member, raw_body=json.dumps({"name": name, "count": 1}, ensure_ascii=False))
    assert (answer.status, answer.json["name"]) == (201, name)


@pytest.mark.parametrize(
    "name",
    ["a\x00b", "a\nb", "a\x1bb", "\x7f", " ", "", "a\x85b", "a\u2028b", "\u202eevil", "\u200b", "\ufeff\u0301"],
)
def test_control_characters_and_blanks_are_refused(member: str, name: str) -> None:
    answer = call(PLACE, user=member, body={"name": name, "count": 1})
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "/name")


def test_half_a_surrogate_pair_is_refused_and_never_stored(member: str) -> None:
    answer = call(PLACE, user=member, raw_body='{"name": "\\ud83d", "count": 1}')
    assert answer.status in {400, 422}
    assert probes.calls.made == []


def test_a_base64_body_is_decoded_and_a_bad_one_is_400(member: str) -> None:
    whole = base64.b64encode(json.dumps(ORDER).encode()).decode()
    for body, status in ((whole, 201), ("***", 400), (base64.b64encode(b"\xff\xfe").decode(), 400)):
        event = _event(PLACE, claims(member), body=body, isBase64Encoded=True)
        assert PLACE(event, LambdaContext())["statusCode"] == status


def test_numbers_are_taken_as_numbers(member: str) -> None:
    assert call(PLACE, user=member, raw_body='{"name": "a", "count": 1e999}').status in {400, 422}
    assert call(PLACE, user=member, raw_body='{"name": "a", "count": 2.5}').status == 422
    assert call(PLACE, user=member, raw_body='{"name": "a", "count": ' + "9" * 5000 + "}").status in {400, 422}


@pytest.mark.parametrize("count", ["2.0", "2e0", "20e-1", "2.000", "2E+0"])
def test_a_whole_number_is_one_however_it_is_written(member: str, count: str) -> None:
    answer = call(PLACE, user=member, raw_body=f'{{"name": "1.0", "count": {count}, "note": "2.0"}}')
    assert answer.status == 201
    assert probes.calls.made[0].model_dump() == {"name": "1.0", "count": 2, "note": "2.0"}


def test_a_whole_number_is_no_way_around_the_other_rules(member: str) -> None:
    answer = call(PLACE, user=member, raw_body='{"name": 1.0, "count": 10.0, "note": 2.0, "more": 1.0}')
    assert {fault["field"] for fault in answer.json["errors"]} == {"/name", "/count", "/note", "/more"}


@pytest.mark.parametrize("count", ["true", '"2"', '"2.0"', "2.5", "1e-9", "null", "[2.0]", "1e400"])
def test_in_json_a_number_is_a_number(member: str, count: str) -> None:
    answer = call(PLACE, user=member, raw_body=f'{{"name": "a", "count": {count}}}')
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "/count")


def test_a_refusal_stays_small_however_large_the_request(member: str) -> None:
    many = {f"unknown-{number}": 1 for number in range(3000)}
    answer = call(PLACE, user=member, body={**ORDER, **many})
    assert (answer.status, len(answer.json["errors"])) == (422, 100)
    answer = call(PLACE, user=member, body={**ORDER, "x" * 60_000: 1})
    assert answer.status == 422
    assert len(answer.text) < 1000


def test_lengths_are_told_in_characters(member: str) -> None:
    answer = call(PLACE, user=member, body={"name": "x" * 41, "count": 1})
    assert answer.json["errors"] == [{"field": "/name", "message": "This must have at most 40 characters."}]


def test_json_nested_beyond_reason_is_refused_and_not_a_fault_of_ours(member: str) -> None:
    nested = '{"name": ' + "[" * 20_000 + "]" * 20_000 + ', "count": 1}'
    for headers in ({}, {"Idempotency-Key": "k"}):
        answer = call(PLACE, user=member, raw_body=nested, headers=headers)
        assert (answer.status, answer.code) == (400, "malformed_request")


# --- path and query ---


def test_an_id_that_is_none_is_422_and_one_in_capitals_is_the_same(member: str) -> None:
    assert call(GET, user=member, path={"order_id": "../admin"}).status == 422
    order = new_id()
    assert call(GET, user=member, path={"order_id": order.upper()}).json["name"] == order


def test_a_parameter_given_twice_is_refused_unless_it_is_a_list(member: str) -> None:
    answer = call(LIST, user=member, query={"city": ["London", "Leeds"]})
    assert answer.json["errors"] == [{"field": "city", "message": "This must be given once."}]
    assert call(LIST, user=member, query={"tags": ["a", "b"]}).status == 200


@pytest.mark.parametrize(
    "limit", ["0", "101", "-1", "1.5", "ten", "", "٣", "1e1", "9" * 400, " 5", "0100999", "0" * 5000 + "1"]
)
def test_a_limit_is_a_whole_number_from_1_to_100(member: str, limit: str) -> None:
    answer = call(LIST, user=member, query={"limit": limit})
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "limit")


def test_a_page_has_20_items_unless_it_is_asked_for_another_number(member: str) -> None:
    assert len(call(LIST, user=member).json["items"]) == 20
    assert len(call(LIST, user=member, query={"limit": 100}).json["items"]) == 100

"""solo60.http: who may call, and what every answer has."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from solo60 import clock, observability
from solo60.bans import Ban, ban_key
from solo60.declarations import Access
from solo60.http.endpoint import Endpoint
from solo60.ids import new_id
from solo60.problems import Conflict
from tests.conftest import LambdaContext, appoint, call, claims, outbox
from tests.handlers import probes
from tests.handlers.probes import ADMIN_FETCH, CHANGE, FETCH, GET, PLACE, PLACE_OPENLY, PLACE_WHOLE

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


def _ban(user: str, until: str = "2999-01-01T00:00:00Z") -> None:
    key = ban_key(user)
    Ban(key.pk, key.sk, banned_until=clock.from_rfc3339(until)).save()


@pytest.mark.parametrize(
    "given",
    [
        None,
        {},
        {"sub": "x"},
        {"custom:user_id": "", "email_verified": "true"},
        {"custom:user_id": "u", "token_use": "access", "email_verified": "true"},
    ],
)
def test_claims_that_are_no_members_id_token_are_401(given: dict[str, Any] | None) -> None:
    answer = FETCH(_event(FETCH, given), LambdaContext())
    assert answer["statusCode"] == 401
    assert json.loads(answer["body"])["code"] == "unauthenticated"


def test_a_request_without_any_context_is_401_and_not_a_fault_of_ours() -> None:
    answer = FETCH({"httpMethod": "GET"}, LambdaContext())
    assert answer["statusCode"] == 401


def test_an_unverified_member_is_403(member: str) -> None:
    answer = call(FETCH, user=member, verified=False)
    assert (answer.status, answer.code) == (403, "email_not_verified")


def test_the_wrong_role_is_403_and_the_right_one_is_let_in(member: str) -> None:
    answer = call(ADMIN_FETCH, user=member)
    assert (answer.status, answer.code) == (403, "forbidden")
    assert call(ADMIN_FETCH, user=member, admin=True).status == 200


@pytest.mark.parametrize(
    ("groups", "status"),
    [
        ("admin", 200),
        ("[member admin]", 200),
        ("member,admin", 200),
        ("", 403),
        ("administrators", 403),
        ("[admins]", 403),
    ],
)
def test_a_role_is_a_group_by_its_whole_name(member: str, groups: str, status: int) -> None:
    appoint(member)
    event = _event(ADMIN_FETCH, {**claims(member), "cognito:groups": groups})
    assert ADMIN_FETCH(event, LambdaContext())["statusCode"] == status


def test_a_refused_caller_learns_nothing_of_what_is_wrong_with_the_request(member: str) -> None:
    assert call(PLACE, raw_body="{").status == 401
    assert call(PLACE, user=member, verified=False, raw_body="{").status == 403


def test_a_banned_member_reads_and_does_not_write(member: str) -> None:
    _ban(member)
    for headers in ({}, {"Idempotency-Key": "k"}):
        answer = call(PLACE, user=member, body=ORDER, headers=headers)
        assert (answer.status, answer.code) == (403, "account_banned")
    assert call(CHANGE, user=member, path={"order_id": new_id()}, body=ORDER).code == "account_banned"
    assert probes.calls.made == []
    assert call(FETCH, user=member).status == 200


@pytest.mark.parametrize(
    ("issued", "status"),
    [
        ("Mon Mar 02 10:00:00 UTC 2026", 201),
        ("1772445600", 201),
        ("Mon Mar 02 09:59:59 UTC 2026", 401),
        ("1772445599", 401),
        (None, 401),
        ("", 401),
        ("yesterday", 401),
        ("-1", 401),
        ("9" * 30, 401),
    ],
)
def test_the_time_of_a_token_is_read_as_aws_and_as_the_local_engine_write_it(
    member: str, issued: str | None, status: int
) -> None:
    """A token that does not tell when it was issued is as old as can be."""
    key = ban_key(member)
    Ban(key.pk, key.sk, tokens_from=clock.from_rfc3339("2026-03-02T10:00:00Z")).save()
    given = {name: value for name, value in {**claims(member), "iat": issued}.items() if value is not None}
    assert PLACE(_event(PLACE, given, body=json.dumps(ORDER)), LambdaContext())["statusCode"] == status


def test_an_ended_token_of_a_banned_member_is_told_to_sign_in_again(member: str) -> None:
    """Whoever holds it need not be the member, and learns nothing of the ban."""
    key = ban_key(member)
    until = clock.from_rfc3339("2999-01-01T00:00:00Z")
    Ban(key.pk, key.sk, banned_until=until, tokens_from=until).save()
    assert call(PLACE, user=member, body=ORDER).code == "sign_in_again"
    Ban(key.pk, key.sk, banned_until=until, tokens_from=until, kept_login="kept").save()
    assert call(PLACE, user=member, body=ORDER, login="kept").code == "account_banned"
    assert call(FETCH, user=member).status == 200


@pytest.mark.parametrize(
    ("method", "access"),
    [("PATCH", Access.MEMBER), ("POST", Access.PUBLIC)],
    ids=["no ban could be refused", "no key could be kept"],
)
def test_an_endpoint_that_writes_without_a_unit_of_work_is_refused(method: str, access: Access) -> None:
    endpoint = probes.declared(method, "/probes/forgotten", lambda: None, access=access)
    with pytest.raises(TypeError, match="takes no UnitOfWork"):
        _ = endpoint.grants
    assert call(endpoint, user=new_id()).status == 500


def test_a_ban_that_has_ended_is_none(member: str) -> None:
    _ban(member, until="2020-01-01T00:00:00Z")
    assert call(PLACE, user=member, body=ORDER).status == 201
    assert call(PLACE, user=member, body=ORDER, headers={"Idempotency-Key": "k"}).status == 201


# --- answers ---


def test_every_answer_has_the_headers_that_every_answer_has(member: str) -> None:
    for answer in (call(FETCH, user=member), call(FETCH), call(PLACE, user=member, raw_body="{")):
        assert answer.headers["X-Request-Id"]
        assert answer.headers["X-Correlation-Id"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Access-Control-Allow-Origin"]
        assert "X-Request-Id" in answer.headers["Access-Control-Expose-Headers"]


def test_a_problem_names_the_request_that_it_is_about(member: str) -> None:
    answer = call(PLACE, user=member, body={})
    assert answer.json["instance"] == answer.headers["X-Request-Id"]
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["type"] == "urn:solo60:problem:invalid_request"


def test_an_answer_without_a_body_has_none() -> None:
    answer = call(PLACE_OPENLY)
    assert (answer.status, answer.text) == (204, "")
    assert "Content-Type" not in answer.headers


def test_a_correlation_id_comes_back_and_goes_into_events(member: str) -> None:
    answer = call(PLACE_WHOLE, user=member, body=ORDER, headers={"x-CORRELATION-id": "app:42"})
    assert answer.headers["X-Correlation-Id"] == "app:42"
    detail = outbox("user")[0]
    assert detail["correlation_id"] == "app:42"
    _drop_outbox()


@pytest.mark.parametrize("given", ["a b", "x" * 129, "a\nSet-Cookie: b", "<script>", "", "é"])
def test_a_correlation_id_that_cannot_stand_in_a_header_is_replaced(member: str, given: str) -> None:
    answer = call(FETCH, user=member, headers={"X-Correlation-Id": given})
    assert answer.status == 200
    assert answer.headers["X-Correlation-Id"] not in {given, ""}


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the runtime logs, as lines of JSON."""
    written = io.StringIO()
    handler = observability.logger().registered_handler
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


def test_the_correlation_id_stands_in_every_log_line(member: str, log: io.StringIO) -> None:
    call(FETCH, user=member, headers={"X-Correlation-Id": "app:43"})
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert lines
    assert all(line["correlation_id"] == "app:43" for line in lines)
    assert lines[-1]["route"] == "GET /probes/fetch"


def test_one_requests_log_fields_do_not_reach_the_next(member: str, log: io.StringIO) -> None:
    call(FETCH, user=member, headers={"X-Correlation-Id": "first"})
    before = len(log.getvalue())
    call(FETCH, user=member)
    assert "first" not in log.getvalue()[before:]


def test_an_unexpected_error_is_500_and_reveals_nothing(member: str, caplog: pytest.LogCaptureFixture) -> None:
    probes.calls.fail = RuntimeError("arn:aws:dynamodb:eu-west-2:123456789012:table/solo60-test-user")
    with caplog.at_level(logging.ERROR):
        answer = call(FETCH, user=member)
    assert (answer.status, answer.code) == (500, "internal_error")
    assert set(answer.json) == PROBLEM_MEMBERS
    assert "arn:" not in answer.text
    assert "Traceback" not in answer.text
    assert any("unexpected error" in record.message for record in caplog.records)


@pytest.mark.parametrize(
    "error",
    [
        ReadTimeoutError(endpoint_url="https://dynamodb"),
        ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow"}}, "Query"),
        ClientError({"Error": {"Code": "InternalServerError", "Message": "oops"}}, "Query"),
    ],
)
def test_a_dependency_that_is_slow_is_503_and_tells_when_to_come_back(member: str, error: Exception) -> None:
    probes.calls.fail = error
    answer = call(FETCH, user=member)
    assert (answer.status, answer.code) == (503, "service_unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    assert "dynamodb" not in answer.text


def test_a_refusal_of_aws_that_will_last_is_500(member: str) -> None:
    probes.calls.fail = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "arn:aws:x"}}, "Query")
    answer = call(FETCH, user=member)
    assert (answer.status, "arn:" in answer.text) == (500, False)


def test_a_problem_carries_its_extra_members_and_headers(member: str) -> None:
    probes.calls.fail = Conflict("taken", extra={"alternatives": [1]}, headers={"Retry-After": "9"})
    answer = call(PLACE, user=member, body=ORDER)
    assert (answer.status, answer.json["detail"], answer.json["alternatives"]) == (409, "taken", [1])
    assert answer.headers["Retry-After"] == "9"


# --- versions ---


def test_a_resource_carries_its_version_as_etag(member: str) -> None:
    assert call(GET, user=member, path={"order_id": new_id()}).headers["ETag"] == '"3"'


@pytest.mark.parametrize(
    ("tag", "status"),
    [
        *(('"3"', 200), ('W/"3"', 200), ("*", 200), (None, 200), ('"3"\n', 200)),
        *(('"2"', 412), ("3", 412), ('"x"', 412), ("", 412), (f'"{"1" * 5000}"', 412), ('"٣"', 412)),
    ],
)
def test_a_change_of_another_version_is_412(member: str, tag: str | None, status: int) -> None:
    headers = {} if tag is None else {"If-Match": tag}
    answer = call(CHANGE, user=member, path={"order_id": new_id()}, body=ORDER, headers=headers)
    assert answer.status == status
    if status == 412:
        assert answer.code == "stale_version"
        assert probes.calls.made == []
    else:
        assert answer.headers["ETag"] == '"4"'


def _drop_outbox() -> None:
    """The probe's event has no schema: it is nobody's."""
    from solo60.events import OutboxItem, in_table_of

    for detail in outbox("user"):
        in_table_of("user", OutboxItem)(f"OUTBOX#{detail['event_id']}", "EVENT").delete()

"""POST /auth/verify-email, and what follows it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from auth.consumers.complete_verification import handler as complete_verification
from auth.endpoints.log_in import handler as login
from auth.endpoints.register_member import handler as register
from auth.endpoints.verify_email import handler
from solo60 import aws, clock
from tests.conftest import Answer, LambdaContext, bus_event, call, outbox, sqs_event
from tests.handlers.auth.conftest import (
    EMAIL,
    PASSWORD,
    Cognito,
    applicant,
    registered,
    registration,
    same_answer,
)

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_right_code_verifies_once(cognito: Cognito) -> None:
    code = registered()
    assert call(handler, body={"email": EMAIL.upper(), "code": f" {code} "}).status == 204
    assert cognito.user()["attributes"]["email_verified"] == "true"
    [event] = outbox("auth", "EmailVerified")
    assert event["data"] == {"user_id": cognito.user()["attributes"]["custom:user_id"], "email": EMAIL}
    assert call(handler, body={"email": EMAIL, "code": code}).status == 204
    assert len(outbox("auth", "EmailVerified")) == 1


def test_it_takes_three_trips(cognito: Cognito) -> None:
    code = registered()
    trips: list[str] = []
    cognito.asked.clear()
    aws.client("dynamodb").meta.events.register("before-call.dynamodb", lambda model, **_: trips.append(model.name))
    call(handler, body={"email": EMAIL, "code": code})
    assert trips + cognito.asked == ["UpdateItem", "TransactWriteItems", "AdminUpdateUserAttributes"]


def test_wrong_expired_unknown_and_used_up_are_one_answer(cognito: Cognito) -> None:
    with clock.at(NOW):
        code = registered()
        wrong = call(handler, body={"email": EMAIL, "code": other_than(code)})
        unknown = call(handler, body={"email": "nobody@example.com", "code": code})
    with clock.at(NOW + timedelta(minutes=30)):
        expired = call(handler, body={"email": EMAIL, "code": code})
    assert (wrong.status, wrong.code) == (422, "invalid_code")
    assert wrong.json["errors"] == [{"field": "/code", "message": "This code is wrong or has expired."}]
    for other in (unknown, expired):
        assert {**other.json, "instance": ""} == {**wrong.json, "instance": ""}
    assert cognito.user()["attributes"]["email_verified"] == "false"
    with clock.at(NOW + timedelta(minutes=29)):
        assert call(handler, body={"email": EMAIL, "code": code}).status == 204


def test_a_code_allows_five_attempts(cognito: Cognito) -> None:
    code = registered()
    for _ in range(5):
        assert call(handler, body={"email": EMAIL, "code": other_than(code)}).code == "invalid_code"
    assert call(handler, body={"email": EMAIL, "code": code}).code == "invalid_code"
    fresh = registered()
    assert call(handler, body={"email": EMAIL, "code": fresh}).status == 204


@pytest.mark.parametrize("code", ["12345", "1234567", "abcdef", "１２３４５６", "", 123456])
def test_what_is_no_code_is_refused(cognito: Cognito, code: object) -> None:
    answer = call(handler, body={"email": EMAIL, "code": code})
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "/code")


def test_the_same_code_finishes_what_a_crash_left_undone(cognito: Cognito) -> None:
    code = registered()
    cognito.fail("AdminUpdateUserAttributes", "InternalErrorException")
    assert call(handler, body={"email": EMAIL, "code": code}).status == 503
    cognito.faults.clear()
    # Nobody can slip in between: the e-mail counts as verified from here on.
    call(register, body=applicant(password="Somebody-Else-1"))
    assert call(login, body={"email": EMAIL, "password": "Somebody-Else-1"}).status == 401
    assert call(login, body={"email": EMAIL, "password": PASSWORD}).code == "email_not_verified"
    assert call(handler, body={"email": EMAIL, "code": code}).status == 204
    assert call(login, body={"email": EMAIL, "password": PASSWORD}).status == 200
    assert len(outbox("auth", "EmailVerified")) == 1


def test_the_event_finishes_it_too_and_makes_a_member(cognito: Cognito) -> None:
    code = registered()
    cognito.fail("AdminUpdateUserAttributes", "InternalErrorException")
    call(handler, body={"email": EMAIL, "code": code})
    cognito.faults.clear()
    [event] = outbox("auth", "EmailVerified")
    batch = sqs_event(bus_event("auth", "EmailVerified", event["data"], event_id=event["event_id"]))
    for _ in range(2):
        assert complete_verification(batch, LambdaContext()) == {"batchItemFailures": []}
    assert cognito.user()["attributes"]["email_verified"] == "true"
    assert cognito.groups() == ["member"]


def test_an_event_that_cognito_refuses_is_delivered_again(cognito: Cognito) -> None:
    registered()
    cognito.fail("AdminAddUserToGroup", "TooManyRequestsException")
    batch = sqs_event(bus_event("auth", "EmailVerified", {"user_id": "x", "email": EMAIL}))
    assert complete_verification(batch, LambdaContext())["batchItemFailures"] == [{"itemIdentifier": "message-0"}]


def test_a_code_that_was_replaced_while_it_was_entered_is_void(cognito: Cognito) -> None:
    code = registered()
    done: list[bool] = []

    def register_anew(**_: object) -> None:
        if not done:
            done.append(True)
            call(register, body=applicant())

    aws.client("dynamodb").meta.events.register_first("before-call.dynamodb.TransactWriteItems", register_anew)
    assert call(handler, body={"email": EMAIL, "code": code}).code == "invalid_code"
    assert cognito.user()["attributes"]["email_verified"] == "false"


def test_two_who_enter_the_same_code_at_once_both_succeed(cognito: Cognito) -> None:
    code = registered()
    statuses: list[int] = []

    def enter(**_: object) -> None:
        if not statuses:
            statuses.append(0)
            statuses[0] = call(handler, body={"email": EMAIL, "code": code}).status

    aws.client("dynamodb").meta.events.register_first("before-call.dynamodb.TransactWriteItems", enter)
    assert call(handler, body={"email": EMAIL, "code": code}).status == 204
    assert statuses == [204]
    assert len(outbox("auth", "EmailVerified")) == 1


def test_a_key_replays(cognito: Cognito) -> None:
    body = {"email": EMAIL, "code": registered()}
    first = call(handler, body=body, headers={"Idempotency-Key": "k"})
    again = call(handler, body=body, headers={"Idempotency-Key": "k"})
    assert (first.status, again.status) == (204, 204)
    assert again.headers.pop("Idempotent-Replayed") == "true"
    assert same_answer(first, again)


def test_a_key_costs_one_trip(cognito: Cognito) -> None:
    code = registered()
    trips: list[str] = []
    cognito.asked.clear()
    aws.client("dynamodb").meta.events.register("before-call.dynamodb", lambda model, **_: trips.append(model.name))
    call(handler, body={"email": EMAIL, "code": code}, headers={"Idempotency-Key": "k"})
    assert trips == ["TransactWriteItems", "UpdateItem", "TransactWriteItems"]
    assert cognito.asked == ["AdminUpdateUserAttributes"]


def test_a_replayed_key_is_no_further_attempt(cognito: Cognito) -> None:
    body = {"email": EMAIL, "code": registered()}
    for _ in range(7):
        assert call(handler, body=body, headers={"Idempotency-Key": "k"}).status == 204
    assert registration()["attempts_left"] == 4
    other = call(handler, body={**body, "code": other_than(body["code"])}, headers={"Idempotency-Key": "k"})
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    assert registration()["attempts_left"] == 4


def test_a_wrong_code_keeps_no_key(cognito: Cognito) -> None:
    code, key = registered(), {"Idempotency-Key": "k"}
    assert call(handler, body={"email": EMAIL, "code": other_than(code)}, headers=key).code == "invalid_code"
    answer = call(handler, body={"email": EMAIL, "code": code}, headers=key)
    assert (answer.status, "Idempotent-Replayed" in answer.headers) == (204, False)


def test_a_key_in_flight_prevents_a_second_attempt(cognito: Cognito) -> None:
    body, key = {"email": EMAIL, "code": registered()}, {"Idempotency-Key": "k"}
    meanwhile: list[Answer] = []

    def send_again(**_: object) -> None:
        if not meanwhile:
            meanwhile.append(call(handler, body=body, headers=key))

    aws.client("dynamodb").meta.events.register_first("before-call.dynamodb.UpdateItem", send_again)
    assert call(handler, body=body, headers=key).status == 204
    assert [(answer.status, answer.code) for answer in meanwhile] == [(409, "request_in_flight")]
    assert registration()["attempts_left"] == 4


def test_an_outage_of_cognito_after_the_commit_replays_what_was_committed(cognito: Cognito) -> None:
    body, key = {"email": EMAIL, "code": registered()}, {"Idempotency-Key": "k"}
    cognito.fail("AdminUpdateUserAttributes", "InternalErrorException")
    assert call(handler, body=body, headers=key).status == 503
    cognito.faults.clear()
    again = call(handler, body=body, headers=key)
    assert (again.status, again.headers["Idempotent-Replayed"]) == (204, "true")

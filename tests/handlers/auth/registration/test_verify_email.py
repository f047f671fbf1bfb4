"""POST /auth/verify-email, and what follows it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from auth.login.endpoints.log_in import handler as login
from auth.registration.consumers.complete_verification import handler as complete_verification
from auth.registration.endpoints.resend_code import handler as resend
from auth.registration.endpoints.verify_email import handler
from solo60 import aws, clock
from solo60.ids import new_id
from tests.conftest import Answer, LambdaContext, bus_event, call, outbox, sqs_event
from tests.handlers.auth.conftest import (
    EMAIL,
    PASSWORD,
    Cognito,
    issue_codes,
    last_code,
    other_than,
    proof,
    registered,
    registration,
    same_answer,
    verified,
)
from user.endpoints.get_profile import handler as get_profile

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def verify(registration_id: str, code: str | None = None) -> Answer:
    return call(handler, body={"registration_id": registration_id, "code": code or last_code(registration_id)})


def test_the_right_code_verifies_once(cognito: Cognito) -> None:
    member = registered(phone="+447700900123")
    code = last_code(member)
    assert call(handler, body={"registration_id": member.upper(), "code": f" {code} "}).status == 204
    assert cognito.user(member)["attributes"]["email_verified"] == "true"
    assert [event["data"] for event in outbox("auth", "EmailVerified")] == [{"user_id": member, "email": EMAIL}]
    [made] = outbox("auth", "UserRegistered")
    assert made["data"] == {
        "user_id": member,
        "email": EMAIL,
        "first_name": "Alix",
        "last_name": "Example",
        "date_of_birth": "1990-12-10",
        "phone": "+447700900123",
        "registration": 1,
    }
    assert verify(member, code).status == 204
    assert len(outbox("auth", "EmailVerified")) == 1


def test_the_profile_is_there_from_the_first_login_on(cognito: Cognito) -> None:
    member = verified()
    answer = call(get_profile, user=member)
    assert (answer.status, answer.json["first_name"], answer.json["email"]) == (200, "Alix", EMAIL)


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "k"}], ids=["without a key", "with a key"])
def test_its_trips(cognito: Cognito, headers: dict[str, str]) -> None:
    body = proof(registered())
    trips: list[str] = []
    cognito.asked.clear()
    aws.client("dynamodb").meta.events.register("before-call.dynamodb", lambda model, **_: trips.append(model.name))
    call(handler, body=body, headers=headers)
    assert trips == [*(["TransactWriteItems"] if headers else []), "UpdateItem", "TransactWriteItems"]
    assert cognito.asked == ["AdminUpdateUserAttributes"]


def test_wrong_expired_unknown_and_foreign_are_one_answer(cognito: Cognito) -> None:
    with clock.at(NOW):
        member = registered()
        code = last_code(member)
        wrong = verify(member, other_than(code))
        unknown = verify(new_id(), code)
        other = registered()
        foreign = verify(other, code) if last_code(other) != code else wrong
    with clock.at(NOW + timedelta(minutes=30)):
        expired = verify(member, code)
    assert (wrong.status, wrong.code) == (422, "invalid_code")
    assert wrong.json["errors"] == [{"field": "/code", "message": "This code is wrong or has expired."}]
    for answer in (unknown, foreign, expired):
        assert {**answer.json, "instance": ""} == {**wrong.json, "instance": ""}
    assert cognito.user(member)["attributes"]["email_verified"] == "false"
    with clock.at(NOW + timedelta(minutes=29)):
        assert verify(member, code).status == 204


def test_guesses_use_up_the_attempts_of_their_own_registration_only(cognito: Cognito) -> None:
    owner, stranger = registered(), registered(source_ip="192.0.2.66")
    for _ in range(6):
        assert verify(stranger, other_than(last_code(stranger))).code == "invalid_code"
    assert verify(stranger).code == "invalid_code"
    assert verify(owner).status == 204


def test_of_two_registrations_verified_at_once_one_wins(cognito: Cognito) -> None:
    first, second = registered(), registered(first_name="Eve")
    statuses: list[int] = []

    def enter(**_: object) -> None:
        if not statuses:
            statuses.append(0)
            statuses[0] = verify(second).status

    aws.client("dynamodb").meta.events.register_first("before-call.dynamodb.TransactWriteItems", enter)
    assert verify(first).code == "invalid_code"
    assert statuses == [204]
    assert [event["data"]["user_id"] for event in outbox("auth", "UserRegistered")] == [second]
    assert cognito.user(first)["attributes"]["email_verified"] == "false"


def test_a_registration_can_be_verified_for_seven_days(cognito: Cognito) -> None:
    with clock.at(NOW):
        member = registered()
    with clock.at(NOW + timedelta(days=7) - timedelta(minutes=1)):
        call(resend, body={"registration_id": member})
        issue_codes()
        code = last_code(member)
    with clock.at(NOW + timedelta(days=7) + timedelta(seconds=1)):
        assert verify(member, code).code == "invalid_code"
    with clock.at(NOW + timedelta(days=7) - timedelta(seconds=1)):
        assert verify(member, code).status == 204


@pytest.mark.parametrize("code", ["12345", "1234567", "abcdef", "１２３４５６", "", 123456])
def test_what_is_no_code_is_refused(cognito: Cognito, code: object) -> None:
    answer = call(handler, body={"registration_id": new_id(), "code": code})
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "/code")


def test_the_same_code_finishes_what_a_crash_left_undone(cognito: Cognito) -> None:
    member = registered()
    cognito.fail("AdminUpdateUserAttributes", "InternalErrorException")
    assert verify(member).status == 503
    cognito.faults.clear()
    assert call(login, body={"email": EMAIL, "password": PASSWORD}).status == 503
    assert verify(member).status == 204
    assert call(login, body={"email": EMAIL, "password": PASSWORD}).status == 200
    assert len(outbox("auth", "EmailVerified")) == 1


def test_the_event_finishes_it_too_and_makes_a_member(cognito: Cognito) -> None:
    member = registered()
    cognito.fail("AdminUpdateUserAttributes", "InternalErrorException")
    verify(member)
    cognito.faults.clear()
    [event] = outbox("auth", "EmailVerified")
    batch = sqs_event(bus_event("auth", "EmailVerified", event["data"], event_id=event["event_id"]))
    for _ in range(2):
        assert complete_verification(batch, LambdaContext()) == {"batchItemFailures": []}
    assert cognito.user(member)["attributes"]["email_verified"] == "true"
    assert cognito.groups(member) == ["member"]


def test_an_event_that_cognito_refuses_is_delivered_again(cognito: Cognito) -> None:
    cognito.fail("AdminAddUserToGroup", "TooManyRequestsException")
    batch = sqs_event(bus_event("auth", "EmailVerified", {"user_id": registered(), "email": EMAIL}))
    assert complete_verification(batch, LambdaContext())["batchItemFailures"] == [{"itemIdentifier": "message-0"}]


def test_a_code_that_was_replaced_while_it_was_entered_is_void(cognito: Cognito) -> None:
    with clock.at(NOW):
        member = registered()
    done: list[bool] = []

    def replace_code(**_: object) -> None:
        if not done:
            done.append(True)
            call(resend, body={"registration_id": member})
            issue_codes()

    with clock.at(NOW + timedelta(minutes=2)):
        code = last_code(member)
        aws.client("dynamodb").meta.events.register_first("before-call.dynamodb.TransactWriteItems", replace_code)
        assert verify(member, code).code == "invalid_code"
    assert cognito.user(member)["attributes"]["email_verified"] == "false"


def test_two_who_enter_the_same_code_at_once_both_succeed(cognito: Cognito) -> None:
    member = registered()
    statuses: list[int] = []

    def enter(**_: object) -> None:
        if not statuses:
            statuses.append(0)
            statuses[0] = verify(member).status

    aws.client("dynamodb").meta.events.register_first("before-call.dynamodb.TransactWriteItems", enter)
    assert verify(member).status == 204
    assert statuses == [204]
    assert len(outbox("auth", "EmailVerified")) == 1


def test_a_key_replays(cognito: Cognito) -> None:
    body = proof(registered())
    first = call(handler, body=body, headers={"Idempotency-Key": "k"})
    again = call(handler, body=body, headers={"Idempotency-Key": "k"})
    assert (first.status, again.status) == (204, 204)
    assert again.headers.pop("Idempotent-Replayed") == "true"
    assert same_answer(first, again)


def test_a_replayed_key_is_no_further_attempt(cognito: Cognito) -> None:
    member = registered()
    body = proof(member)
    for _ in range(7):
        assert call(handler, body=body, headers={"Idempotency-Key": "k"}).status == 204
    assert registration(member)["attempts_left"] == 4
    other = call(handler, body={**body, "code": other_than(body["code"])}, headers={"Idempotency-Key": "k"})
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    assert registration(member)["attempts_left"] == 4


def test_a_wrong_code_keeps_no_key(cognito: Cognito) -> None:
    body, key = proof(registered()), {"Idempotency-Key": "k"}
    assert call(handler, body={**body, "code": other_than(body["code"])}, headers=key).code == "invalid_code"
    answer = call(handler, body=body, headers=key)
    assert (answer.status, "Idempotent-Replayed" in answer.headers) == (204, False)


def test_a_key_in_flight_prevents_a_second_attempt(cognito: Cognito) -> None:
    member = registered()
    body, key = proof(member), {"Idempotency-Key": "k"}
    meanwhile: list[Answer] = []

    def send_again(**_: object) -> None:
        if not meanwhile:
            meanwhile.append(call(handler, body=body, headers=key))

    aws.client("dynamodb").meta.events.register_first("before-call.dynamodb.UpdateItem", send_again)
    assert call(handler, body=body, headers=key).status == 204
    assert [(answer.status, answer.code) for answer in meanwhile] == [(409, "request_in_flight")]
    assert registration(member)["attempts_left"] == 4


def test_an_outage_of_cognito_after_the_commit_replays_what_was_committed(cognito: Cognito) -> None:
    body, key = proof(registered()), {"Idempotency-Key": "k"}
    cognito.fail("AdminUpdateUserAttributes", "InternalErrorException")
    assert call(handler, body=body, headers=key).status == 503
    cognito.faults.clear()
    again = call(handler, body=body, headers=key)
    assert (again.status, again.headers["Idempotent-Replayed"]) == (204, "true")

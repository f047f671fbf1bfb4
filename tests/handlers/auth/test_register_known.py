"""POST /auth/register for an e-mail that is known, and again under the same key: nobody can see the difference."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from auth.endpoints.log_in import handler as login
from auth.endpoints.register_member import handler
from auth.endpoints.resend_code import handler as resend
from auth.endpoints.verify_email import handler as verify_email
from solo60 import aws, clock
from tests.conftest import Answer, call, outbox
from tests.fakes.aws import aws_table
from tests.handlers.auth.conftest import (
    EMAIL,
    PASSWORD,
    TABLE,
    Cognito,
    applicant,
    last_code,
    registered,
    registration,
    same_answer,
    verified,
)


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "once"}], ids=["without a key", "with a key"])
@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ("new", ["AdminCreateUser", "AdminSetUserPassword"]),
        ("pending", ["AdminSetUserPassword"]),
        ("verified", ["AdminGetUser", "AdminGetUser"]),
        ("told", ["AdminGetUser", "AdminGetUser"]),
    ],
)
def test_it_takes_four_trips_whatever_is_known_of_the_email(
    cognito: Cognito, known: str, asked: list[str], headers: dict[str, str]
) -> None:
    if known == "pending":
        registered()
    elif known != "new":
        verified()
        if known == "told":
            registered()
    cognito.asked.clear()
    trips: list[str] = []
    aws.client("dynamodb").meta.events.register("before-call.dynamodb", lambda model, **_: trips.append(model.name))
    assert call(handler, body=applicant(), headers=headers).status == 201
    nothing_to_write = known == "told" and not headers
    assert cognito.asked == ([*asked, "AdminGetUser"] if nothing_to_write else asked)
    assert set(trips) == {"TransactWriteItems"}
    assert len(trips) + len(cognito.asked) == 4


def test_an_email_with_an_account_answers_exactly_as_a_new_one(cognito: Cognito) -> None:
    fresh = call(handler, body=applicant(email=EMAIL))
    call(verify_email, body={"email": EMAIL, "code": last_code()})
    before = registration()
    cognito.asked.clear()
    again = call(handler, body=applicant(password="Somebody-Else-1", first_name="Eve"))
    assert same_answer(fresh, again)
    assert len(outbox("auth", "UserRegistered")) == 1
    assert len(outbox("auth", "VerificationCodeIssued")) == 1
    [told] = outbox("auth", "RegistrationRepeated")
    assert told["data"] == {"user_id": before["user_id"], "email": EMAIL, "first_name": "Alix"}
    assert cognito.asked == ["AdminGetUser", "AdminGetUser"]
    assert call(login, body={"email": EMAIL, "password": PASSWORD}).status == 200
    assert call(login, body={"email": EMAIL, "password": "Somebody-Else-1"}).status == 401


def test_the_owner_is_informed_once_an_hour(cognito: Cognito) -> None:
    start = datetime(2026, 3, 2, 10, tzinfo=UTC)
    with clock.at(start):
        verified()
        for _ in range(3):
            registered_again = call(handler, body=applicant())
            assert registered_again.status == 201
    assert len(outbox("auth", "RegistrationRepeated")) == 1
    with clock.at(start + timedelta(hours=1)):
        call(handler, body=applicant())
    assert len(outbox("auth", "RegistrationRepeated")) == 2


def test_a_key_replays_the_answer_and_refuses_another_body(cognito: Cognito) -> None:
    key = {"Idempotency-Key": "3f1c"}
    first = call(handler, body=applicant(), headers=key)
    second = call(handler, body=applicant(), headers=key)
    assert (second.status, second.json) == (first.status, first.json)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert len(outbox("auth", "UserRegistered")) == 1
    other = call(handler, body=applicant(password="Another-Horse-8"), headers=key)
    assert (other.status, other.code) == (422, "idempotency_key_reused")


@pytest.mark.parametrize("known", ["verified", "told"])
def test_a_key_is_kept_for_an_email_with_an_account_too(cognito: Cognito, known: str) -> None:
    verified()
    if known == "told":
        registered()
    key = {"Idempotency-Key": "3f1c"}
    first = call(handler, body=applicant(), headers=key)
    again = call(handler, body=applicant(), headers=key)
    assert (again.status, again.text, again.headers["Idempotent-Replayed"]) == (201, first.text, "true")
    other = call(handler, body=applicant(password="Another-Horse-8"), headers=key)
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    assert len(outbox("auth", "RegistrationRepeated")) == 1


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [({}, 409, "request_in_flight"), ({"password": "Another-Horse-8"}, 422, "idempotency_key_reused")],
)
def test_a_key_in_flight_prevents_a_second_request(
    cognito: Cognito, changes: dict[str, Any], status: int, code: str
) -> None:
    key = {"Idempotency-Key": "3f1c"}
    meanwhile: list[Answer] = []

    def send_again(model: Any, **_: Any) -> None:
        if model.name == "AdminSetUserPassword" and not meanwhile:
            meanwhile.append(call(handler, body=applicant(**changes), headers=key))

    aws.client("cognito-idp").meta.events.register_first("before-call.cognito-idp", send_again)
    assert call(handler, body=applicant(), headers=key).status == 201
    assert [(answer.status, answer.code) for answer in meanwhile] == [(status, code)]
    assert cognito.asked == ["AdminCreateUser", "AdminSetUserPassword"]


def test_a_refused_registration_keeps_no_key(cognito: Cognito) -> None:
    key = {"Idempotency-Key": "3f1c"}
    cognito.fail("AdminSetUserPassword", "InvalidPasswordException", "password history")
    assert call(handler, body=applicant(), headers=key).status == 422
    cognito.faults.clear()
    answer = call(handler, body=applicant(password="Another-Horse-8"), headers=key)
    assert (answer.status, "Idempotent-Replayed" in answer.headers) == (201, False)


def test_a_later_registration_reports_the_earlier_one(cognito: Cognito) -> None:
    now = datetime(2026, 3, 2, 10, tzinfo=UTC)
    with clock.at(now):
        registered()
    with clock.at(now + timedelta(seconds=1)):
        registered(password="Another-Horse-8")
    with clock.at(now + timedelta(minutes=2)):
        call(resend, body={"email": EMAIL})
    earlier = [event["data"]["earlier_registrations"] for event in outbox("auth", "VerificationCodeIssued")]
    assert earlier == [0, 1, 1]


def test_a_code_in_clear_is_soon_forgotten(cognito: Cognito) -> None:
    now = datetime(2026, 3, 2, 10, tzinfo=UTC)
    with clock.at(now):
        registered()
    kept = {
        item["detail_type"]: int(item["ttl"]) - clock.epoch_seconds(now)
        for item in aws_table(TABLE).scan()["Items"]
        if item["kind"] == "outbox"
    }
    assert kept == {"UserRegistered": 7 * 24 * 3600, "VerificationCodeIssued": 3600}


def test_two_strangers_may_choose_the_same_key(cognito: Cognito) -> None:
    key = {"Idempotency-Key": "1"}
    for number, address in enumerate(("192.0.2.1", "192.0.2.2")):
        answer = call(handler, body=applicant(email=f"someone-{number}@example.com"), headers=key, source_ip=address)
        assert (answer.status, "Idempotent-Replayed" in answer.headers) == (201, False)


def test_of_two_at_once_one_informs_the_owner_and_both_keep_their_answers(cognito: Cognito) -> None:
    verified()
    meanwhile: list[Answer] = []

    def register_too(model: Any, **_: Any) -> None:
        if model.name == "AdminGetUser" and not begun:
            begun.append(True)
            meanwhile.append(call(handler, body=applicant(), headers={"Idempotency-Key": "other"}))

    begun: list[bool] = []
    aws.client("cognito-idp").meta.events.register_first("before-call.cognito-idp", register_too)
    for expected in (None, "true"):
        answer = call(handler, body=applicant(), headers={"Idempotency-Key": "one"})
        assert (answer.status, answer.headers.get("Idempotent-Replayed")) == (201, expected)
    assert [answer.status for answer in meanwhile] == [201]
    assert len(outbox("auth", "RegistrationRepeated")) == 1


@pytest.mark.parametrize(
    ("change", "names"),
    [({"version": 7}, ["Alix", "Eve"]), ({"version": 7, "state": "verified"}, ["Alix"])],
    ids=["still pending", "verified"],
)
def test_a_registration_that_changes_while_it_is_begun_again_is_looked_at_again(
    cognito: Cognito, change: dict[str, Any], names: list[str]
) -> None:
    registered()
    begun: list[bool] = []

    def interfere(**_: Any) -> None:
        begun.append(True)
        if len(begun) == 2:
            aws_table(TABLE).put_item(Item={**registration(), **change})

    aws.client("dynamodb").meta.events.register_first("before-call.dynamodb.TransactWriteItems", interfere)
    assert call(handler, body=applicant(first_name="Eve")).status == 201
    assert len(begun) > 2
    assert [event["data"]["first_name"] for event in outbox("auth", "UserRegistered")] == names

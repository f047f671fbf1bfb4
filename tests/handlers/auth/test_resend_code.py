"""POST /auth/resend-code."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from auth.endpoints.resend_code import handler
from auth.endpoints.verify_email import handler as verify_email
from solo60 import aws, clock
from tests.conftest import Answer, call, outbox
from tests.handlers.auth.conftest import EMAIL, Cognito, last_code, registered, verified

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


def codes() -> int:
    return len(outbox("auth", "VerificationCodeIssued"))


def test_a_new_code_replaces_the_old_one(cognito: Cognito) -> None:
    with clock.at(NOW):
        old = registered()
    with clock.at(LATER):
        answer = call(handler, body={"email": EMAIL})
        assert (answer.status, answer.json) == (202, {"email": EMAIL, "status": "verification_sent"})
        new = last_code()
        assert codes() == 2
        assert old == new or call(verify_email, body={"email": EMAIL, "code": old}).code == "invalid_code"
        assert call(verify_email, body={"email": EMAIL, "code": new}).status == 204


def test_a_new_code_has_five_tries_of_its_own(cognito: Cognito) -> None:
    with clock.at(NOW):
        old = registered()
        for _ in range(5):
            call(verify_email, body={"email": EMAIL, "code": f"{(int(old) + 1) % 1_000_000:06d}"})
    with clock.at(LATER):
        call(handler, body={"email": EMAIL})
        assert call(verify_email, body={"email": EMAIL, "code": last_code()}).status == 204


@pytest.mark.parametrize(("keyed", "trips_each"), [(False, 2), (True, 2)], ids=["without a key", "with a key"])
def test_neither_the_response_nor_its_round_trips_reveal_an_account(
    cognito: Cognito, keyed: bool, trips_each: int
) -> None:
    with clock.at(NOW):
        verified()
        registered("new@example.com")
    with clock.at(LATER):
        trips: list[str] = []
        aws.client("dynamodb").meta.events.register("before-call.dynamodb", lambda model, **_: trips.append(model.name))
        cognito.asked.clear()
        counts = []
        for email in (EMAIL, "new@example.com", "nobody@example.com"):
            headers = {"Idempotency-Key": email} if keyed else {}
            answer = call(handler, body={"email": email}, headers=headers)
            assert (answer.status, answer.json["status"]) == (202, "verification_sent")
            counts.append(len(trips) + len(cognito.asked))
    assert counts == [trips_each, 2 * trips_each, 3 * trips_each]
    assert codes() == 3


def test_once_a_minute_and_ten_an_hour(cognito: Cognito) -> None:
    with clock.at(NOW):
        registered()
    with clock.at(NOW + timedelta(seconds=59)):
        call(handler, body={"email": EMAIL})
    assert codes() == 1
    for minute in range(1, 20):
        with clock.at(NOW + timedelta(minutes=minute)):
            assert call(handler, body={"email": EMAIL}).status == 202
    assert codes() == 10


def test_of_two_at_once_one_sends(cognito: Cognito) -> None:
    with clock.at(NOW):
        registered()
    done: list[bool] = []

    def resend(**_: object) -> None:
        if not done:
            done.append(True)
            call(handler, body={"email": EMAIL})

    with clock.at(LATER):
        aws.client("dynamodb").meta.events.register_first("before-call.dynamodb.TransactWriteItems", resend)
        assert call(handler, body={"email": EMAIL}).status == 202
    assert codes() == 2


def test_of_two_at_once_under_one_key_both_get_the_answer_of_the_one_that_sends(cognito: Cognito) -> None:
    with clock.at(NOW):
        registered()
    others: list[Answer] = []

    def resend(**_: object) -> None:
        if not done:
            done.append(True)
            others.append(call(handler, body={"email": EMAIL}, headers={"Idempotency-Key": "k"}))

    done: list[bool] = []
    with clock.at(LATER):
        aws.client("dynamodb").meta.events.register_first("before-call.dynamodb.TransactWriteItems", resend)
        late = call(handler, body={"email": EMAIL}, headers={"Idempotency-Key": "k"})
    assert [(answer.status, "Idempotent-Replayed" in answer.headers) for answer in others] == [(202, False)]
    assert (late.status, late.text, late.headers["Idempotent-Replayed"]) == (202, others[0].text, "true")
    assert codes() == 2

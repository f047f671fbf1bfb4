"""POST /auth/resend-code, and what the codes of registrations are issued by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from auth.registration.consumers.issue_code import handler as issue_code
from auth.registration.endpoints.resend_code import handler
from auth.registration.endpoints.verify_email import handler as verify_email
from solo60 import aws, clock
from solo60.ids import new_id
from tests.conftest import Answer, LambdaContext, bus_event, call, outbox, sqs_event
from tests.handlers.auth.conftest import (
    EMAIL,
    Cognito,
    begun,
    issue_codes,
    last_code,
    other_than,
    proof,
    registered,
    registration,
    verified,
)

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


def codes() -> int:
    return len(outbox("auth", "VerificationCodeIssued"))


def resend(registration_id: str, *, source_ip: str = "192.0.2.1") -> Answer:
    answer = call(handler, body={"registration_id": registration_id}, source_ip=source_ip)
    issue_codes()
    return answer


def test_a_new_code_replaces_the_old_one(cognito: Cognito) -> None:
    with clock.at(NOW):
        member = registered()
        old = proof(member)
    with clock.at(LATER):
        answer = resend(member)
        assert (answer.status, answer.json) == (202, {"registration_id": member, "status": "verification_sent"})
        new = proof(member)
        assert codes() == 2
        assert old == new or call(verify_email, body=old).code == "invalid_code"
        assert call(verify_email, body=new).status == 204


def test_a_new_code_has_five_tries_of_its_own(cognito: Cognito) -> None:
    with clock.at(NOW):
        member = registered()
        old = proof(member)
        for _ in range(5):
            call(verify_email, body={**old, "code": other_than(old["code"])})
        assert call(verify_email, body=old).code == "invalid_code"
    with clock.at(LATER):
        resend(member)
        assert call(verify_email, body=proof(member)).status == 204


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "k"}], ids=["without a key", "with a key"])
def test_neither_the_response_nor_its_trips_reveal_anything(cognito: Cognito, headers: dict[str, str]) -> None:
    with clock.at(NOW):
        ids = (verified(), registered("new@example.com"), new_id())
    with clock.at(LATER):
        trips: list[str] = []
        cognito.asked.clear()
        for registration_id in ids:
            aws.client("dynamodb").meta.events.register(
                "before-call.dynamodb", lambda model, **_: trips.append(model.name), unique_id="trips"
            )
            answer = call(handler, body={"registration_id": registration_id}, headers=headers)
            assert (answer.status, answer.json["status"]) == (202, "verification_sent")
            assert (trips, cognito.asked) == (["TransactWriteItems"], [])
            trips.clear()
        issue_codes()
    assert codes() == 3


def test_once_a_minute_and_ten_an_hour(cognito: Cognito) -> None:
    with clock.at(NOW):
        member = registered()
    with clock.at(NOW + timedelta(seconds=59)):
        resend(member)
    assert codes() == 1
    for minute in range(1, 18):
        with clock.at(NOW + timedelta(minutes=minute)):
            assert resend(member).status == 202
    assert codes() == 10
    with clock.at(NOW + timedelta(minutes=61)):
        resend(member)
    assert codes() == 11


def test_what_a_stranger_asks_for_leaves_the_mails_of_the_owner(cognito: Cognito) -> None:
    with clock.at(NOW):
        owner, stranger = registered(), registered(source_ip="192.0.2.66")
    for minute in range(1, 20):
        with clock.at(NOW + timedelta(minutes=minute)):
            resend(stranger, source_ip="192.0.2.66")
    with clock.at(NOW + timedelta(minutes=20)):
        before = codes()
        resend(owner)
        assert codes() == before + 1
        assert call(verify_email, body=proof(owner)).status == 204


def test_of_two_requests_one_sends(cognito: Cognito) -> None:
    with clock.at(NOW):
        member = registered()
    with clock.at(LATER):
        for _ in range(2):
            call(handler, body={"registration_id": member})
        issue_codes()
    assert codes() == 2


def test_an_event_that_comes_twice_sends_one_code(cognito: Cognito) -> None:
    registered()
    issue_codes()
    assert codes() == 1


def test_the_owner_of_an_address_is_told_once_an_hour_and_the_registration_refused(cognito: Cognito) -> None:
    with clock.at(NOW):
        owner = verified()
        strangers = [registered(first_name="Eve") for _ in range(3)]
    assert codes() == 1
    assert [event["data"] for event in outbox("auth", "RegistrationRepeated")] == [{"user_id": owner, "email": EMAIL}]
    assert {registration(one)["state"] for one in strangers} == {"refused"}
    with clock.at(NOW + timedelta(hours=1)):
        registered()
    assert len(outbox("auth", "RegistrationRepeated")) == 2


def test_a_registration_whose_address_was_verified_meanwhile_gets_no_further_code(cognito: Cognito) -> None:
    with clock.at(NOW):
        loser, winner = registered(), registered()
        assert call(verify_email, body=proof(winner)).status == 204
    with clock.at(LATER):
        resend(loser)
    assert codes() == 2
    assert registration(loser)["state"] == "refused"


def test_a_stage_sends_so_many_mails_to_unverified_addresses_an_hour(
    cognito: Cognito, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("UNVERIFIED_MAILS_AN_HOUR", "2")
    with clock.at(NOW):
        members = [registered(f"m{number}@example.com") for number in range(3)]
        assert codes() == 2
        assert "UnverifiedMailsRefused" in capsys.readouterr().out
    with clock.at(NOW + timedelta(hours=1)):
        resend(members[2])
        assert call(verify_email, body=proof(members[2])).status == 204


def test_a_request_for_a_registration_that_does_not_exist_changes_nothing(cognito: Cognito) -> None:
    batch = sqs_event(bus_event("auth", "CodeRequested", {"registration_id": new_id()}))
    assert issue_code(batch, LambdaContext()) == {"batchItemFailures": []}
    assert outbox("auth") == []


def test_an_expired_registration_gets_no_code(cognito: Cognito) -> None:
    with clock.at(NOW):
        member = registered()
    with clock.at(NOW + timedelta(days=7)):
        resend(member)
    assert codes() == 1


def test_under_one_key_it_asks_once(cognito: Cognito) -> None:
    member = begun()
    for expected in (None, "true"):
        answer = call(handler, body={"registration_id": member}, headers={"Idempotency-Key": "k"})
        assert answer.headers.get("Idempotent-Replayed") == expected
    assert len(outbox("auth", "CodeRequested")) == 1
    issue_codes()
    assert last_code(member)

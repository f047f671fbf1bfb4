"""POST /auth/forgot-password, and the code that follows it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from auth.accounts.repository import RESETS_OF_SOURCE, RESETS_OF_STRANGERS
from auth.password.consumers.issue_reset_code import handler as issue_reset_code
from auth.password.endpoints.request_password_reset import handler
from solo60 import aws, clock
from solo60.ids import new_id
from tests.conftest import LambdaContext, bus_event, call, outbox, sqs_event
from tests.handlers.auth.conftest import EMAIL, MAILS_PER_SOURCE, Cognito, registered, verified
from tests.handlers.auth.password.resets import STRANGER, mailed, request_reset, reset, reset_sent, send_codes

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_the_owner_gets_a_code_for_this_very_request(cognito: Cognito) -> None:
    with clock.at(NOW):
        member = verified()
        answer = request_reset("ALIX@example.com")
        send_codes()
    assert answer.status == 202
    assert answer.json == {"email": EMAIL, "status": "reset_sent", "reset_id": answer.json["reset_id"]}
    [issued] = mailed()
    assert issued == {
        "user_id": member,
        "email": EMAIL,
        "first_name": "Alix",
        "code": issued["code"],
        "expires_at": clock.to_rfc3339(NOW + timedelta(minutes=30)),
    }
    assert len(issued["code"]) == 6


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "k"}], ids=["without a key", "with a key"])
def test_every_address_gets_the_same_answer_by_the_same_calls(cognito: Cognito, headers: dict[str, str]) -> None:
    verified()
    registered("waiting@example.com")
    calls: list[str] = []
    aws.client("dynamodb").meta.events.register("before-call.dynamodb", lambda model, **_: calls.append(model.name))
    seen = []
    cognito.asked.clear()
    for email in (EMAIL, "waiting@example.com", "nobody@example.com"):
        calls.clear()
        answer = request_reset(email, headers=headers)
        shown = {**answer.json, "email": "", "reset_id": ""}
        names = answer.headers.keys() - {"X-Request-Id"}
        seen.append((answer.status, shown, sorted(names), len(answer.text) - len(email), tuple(calls)))
    assert seen[0] == seen[1] == seen[2]
    assert cognito.asked == []


def test_an_address_without_an_owner_gets_no_mail(cognito: Cognito) -> None:
    registered("waiting@example.com")
    for email in ("waiting@example.com", "nobody@example.com"):
        request_reset(email)
    send_codes()
    assert mailed() == []


def test_a_request_that_comes_twice_from_the_bus_sends_one_code(cognito: Cognito) -> None:
    verified()
    request_reset()
    [event] = outbox("auth", "PasswordResetRequested")
    for _ in range(2):
        issue_reset_code(sqs_event(bus_event("auth", event["detail_type"], event["data"])), LambdaContext())
    assert len(mailed()) == 1


def test_a_request_that_is_older_than_its_code_would_last_sends_none(cognito: Cognito) -> None:
    with clock.at(NOW):
        verified()
        request_reset()
    with clock.at(NOW + timedelta(minutes=30)):
        send_codes()
    assert mailed() == []


def test_an_event_of_no_request_changes_nothing(cognito: Cognito) -> None:
    batch = sqs_event(bus_event("auth", "PasswordResetRequested", {"reset_id": new_id()}))
    assert issue_reset_code(batch, LambdaContext()) == {"batchItemFailures": []}
    assert outbox("auth") == []


def test_a_further_request_ends_no_earlier_code_and_takes_none_of_its_tries(cognito: Cognito) -> None:
    verified()
    own, code = reset_sent()
    stranger, _ = reset_sent(source_ip=STRANGER)
    for _ in range(6):
        assert reset(stranger, "000000", source_ip=STRANGER).code == "invalid_code"
    assert reset(own, code).status == 204


def test_what_a_source_causes_for_an_address_is_limited(cognito: Cognito, capsys: pytest.CaptureFixture[str]) -> None:
    with clock.at(NOW):
        verified()
        answers = [request_reset(source_ip=STRANGER) for _ in range(RESETS_OF_SOURCE + 2)]
        send_codes()
        assert {answer.status for answer in answers} == {202}
        assert len(mailed()) == RESETS_OF_SOURCE
        assert "ResetMailsRefused" in capsys.readouterr().out
        reset_sent()
    with clock.at(NOW + timedelta(hours=1)):
        reset_sent(source_ip=STRANGER)
    assert len(mailed()) == RESETS_OF_SOURCE + 2


def test_what_strangers_cause_together_for_an_address_is_limited(cognito: Cognito) -> None:
    with clock.at(NOW):
        verified()
        verified("blake@example.com")
        for number in range(RESETS_OF_STRANGERS + 5):
            request_reset(source_ip=f"198.51.100.{number}")
        send_codes()
        assert len(mailed()) == RESETS_OF_STRANGERS
        reset_sent("blake@example.com")


def test_a_source_causes_so_many_mails_an_hour_whatever_the_addresses(cognito: Cognito) -> None:
    with clock.at(NOW):
        answers = [request_reset(f"m{number}@example.com") for number in range(MAILS_PER_SOURCE + 2)]
        assert {answer.status for answer in answers} == {202}
        assert len(outbox("auth", "PasswordResetRequested")) == MAILS_PER_SOURCE


def test_under_one_key_it_asks_once(cognito: Cognito) -> None:
    verified()
    first, again = (request_reset(headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert (again.json, again.headers["Idempotent-Replayed"]) == (first.json, "true")
    other = request_reset("other@example.com", headers={"Idempotency-Key": "k"})
    assert "Idempotent-Replayed" not in other.headers
    send_codes()
    assert len(mailed()) == 1


@pytest.mark.parametrize("body", [{}, {"email": "nonsense"}, {"email": None}, {"email": "x" * 200 + "@example.com"}])
def test_what_is_no_address_is_refused(cognito: Cognito, body: dict[str, object]) -> None:
    answer = call(handler, body=body)
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "/email")


def test_no_code_reaches_the_logs(cognito: Cognito, capsys: pytest.CaptureFixture[str]) -> None:
    verified()
    reset_id, code = reset_sent()
    reset(reset_id, code, "Never-In-A-Log-1")
    logged = "".join(capsys.readouterr())
    assert code not in logged
    assert "Never-In-A-Log-1" not in logged

"""Registrations that nobody verifies are removed after seven days, from Cognito too."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from auth.registration.endpoints.verify_email import handler as verify_email
from auth.registration.jobs.send_unverified import handler as send_unverified
from auth.registration.workers.remove_registration import handler
from solo60 import aws, clock
from tests.conftest import LambdaContext, call, outbox, sqs_event
from tests.fakes.aws import aws_client, aws_table
from tests.handlers.auth.conftest import TABLE, Cognito, issue_codes, proof, registered, verified

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
WEEK = timedelta(days=7)


def due(at: datetime) -> list[dict[str, str]]:
    """What the job sends to the worker at an instant."""
    send_unverified({"time": clock.to_rfc3339(at), "id": "x"}, LambdaContext())
    url = "https://sqs.eu-west-2.amazonaws.com/123456789012/auth-registrations-due"
    messages = aws_client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"]) for message in messages]


def registrations() -> list[str]:
    return [item["PK"] for item in aws_table(TABLE).scan()["Items"] if item["kind"] == "registration"]


def test_after_seven_days_and_not_before(cognito: Cognito) -> None:
    with clock.at(NOW):
        waiting = registered()
        member = verified("robin@example.com")
    assert due(NOW + WEEK - timedelta(seconds=1)) == []
    found = due(NOW + WEEK)
    assert [item["id"] for item in found] == [waiting]
    with clock.at(NOW + WEEK):
        for _ in range(2):
            assert handler(sqs_event(*found), LambdaContext()) == {"batchItemFailures": []}
    assert cognito.users() == [member]
    assert registrations() == [f"REGISTRATION#{member}"]
    assert [event["data"] for event in outbox("auth", "RegistrationRemoved")] == [{"registration_id": waiting}]


def test_what_was_verified_meanwhile_stays(cognito: Cognito) -> None:
    with clock.at(NOW):
        member = registered()
        assert call(verify_email, body=proof(member)).status == 204
    with clock.at(NOW + WEEK):
        message = {"id": member, "due": f"{clock.to_sortable(NOW + WEEK)}#{member}"}
        assert handler(sqs_event(message), LambdaContext()) == {"batchItemFailures": []}
    assert cognito.users() == [member]
    assert outbox("auth", "RegistrationRemoved") == []


def test_a_registration_of_an_address_with_an_owner_goes_when_any_other_would(cognito: Cognito) -> None:
    with clock.at(NOW):
        verified()
        refused = registered()
    assert due(NOW + WEEK - timedelta(seconds=1)) == []
    assert [item["id"] for item in due(NOW + WEEK)] == [refused]


@pytest.mark.parametrize("operation", ["AdminDeleteUser", "TransactWriteItems"])
def test_a_removal_that_fails_is_completed_by_the_next_run(cognito: Cognito, operation: str) -> None:
    with clock.at(NOW):
        waiting = registered()
    message = {"id": waiting, "due": f"{clock.to_sortable(NOW + WEEK)}#{waiting}"}
    calls: list[int] = []

    def fail(**_: object) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("the function died here")

    with clock.at(NOW + WEEK):
        if operation == "AdminDeleteUser":
            cognito.fail(operation, "InternalErrorException")
        else:
            aws.client("dynamodb").meta.events.register_first("before-call.dynamodb.TransactWriteItems", fail)
        assert handler(sqs_event(message), LambdaContext())["batchItemFailures"]
        # Nobody can verify what is being removed.
        assert call(verify_email, body=proof(waiting)).code == "invalid_code"
        cognito.faults.clear()
        assert handler(sqs_event(message), LambdaContext()) == {"batchItemFailures": []}
    assert cognito.users() == []
    assert registrations() == []
    assert [event["data"] for event in outbox("auth", "RegistrationRemoved")] == [{"registration_id": waiting}]


def test_a_code_is_not_issued_for_what_is_gone(cognito: Cognito) -> None:
    with clock.at(NOW):
        registered()
    with clock.at(NOW + WEEK):
        handler(sqs_event(*due(NOW + WEEK)), LambdaContext())
        issue_codes()
    assert registrations() == []

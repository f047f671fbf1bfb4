"""Requests about passwords, and what the tables and the mailbox then hold."""

from __future__ import annotations

from typing import Any

from auth.login.endpoints.log_in import handler as login
from auth.password.consumers.issue_reset_code import handler as issue_reset_code
from auth.password.endpoints.change_password import handler as change_handler
from auth.password.endpoints.request_password_reset import handler as request_handler
from auth.password.endpoints.reset_password import handler as reset_handler
from tests.conftest import Answer, LambdaContext, bus_event, call, outbox, sqs_event
from tests.fakes.aws import aws_table
from tests.handlers.auth.conftest import EMAIL, PASSWORD, TABLE

NEW_PASSWORD = "Battery-Staple-7"
STRANGER = "192.0.2.66"


def request_reset(email: str = EMAIL, *, source_ip: str = "192.0.2.1", **more: Any) -> Answer:
    return call(request_handler, body={"email": email}, source_ip=source_ip, **more)


def send_codes() -> None:
    """Let the consumer of requests work off what is in the outbox."""
    for event in outbox("auth", "PasswordResetRequested"):
        batch = sqs_event(bus_event("auth", event["detail_type"], event["data"], event_id=event["event_id"]))
        assert issue_reset_code(batch, LambdaContext()) == {"batchItemFailures": []}


def mailed() -> list[dict[str, Any]]:
    """What was issued, oldest first."""
    return [event["data"] for event in outbox("auth", "PasswordResetCodeIssued")]


def reset_sent(email: str = EMAIL, *, source_ip: str = "192.0.2.1") -> tuple[str, str]:
    """Ask for a reset and let its code be sent: the id of the reset and the code."""
    answer = request_reset(email, source_ip=source_ip)
    assert answer.status == 202, answer.text
    earlier = [event["event_id"] for event in outbox("auth", "PasswordResetCodeIssued")]
    send_codes()
    [sent] = [event for event in outbox("auth", "PasswordResetCodeIssued") if event["event_id"] not in earlier]
    return answer.json["reset_id"], sent["data"]["code"]


def reset(reset_id: str, code: str, password: str = NEW_PASSWORD, **more: Any) -> Answer:
    return call(reset_handler, body={"reset_id": reset_id, "code": code, "new_password": password}, **more)


def change(user: str, old: str = PASSWORD, new: str = NEW_PASSWORD, **more: Any) -> Answer:
    return call(change_handler, user=user, body={"old_password": old, "new_password": new}, **more)


def logs_in(password: str, email: str = EMAIL, *, source_ip: str = "192.0.2.1") -> bool:
    """Whether a password opens an address."""
    answer = call(login, body={"email": email, "password": password}, source_ip=source_ip)
    assert answer.status in {200, 401}, answer.text
    return answer.status == 200


def account(user_id: str) -> dict[str, Any]:
    """What the table holds of an account."""
    found: dict[str, Any] = aws_table(TABLE).get_item(Key={"PK": f"USER#{user_id}", "SK": "ACCOUNT"})["Item"]
    return found


def changes() -> int:
    """How many changes were published."""
    return len(outbox("auth", "PasswordChanged"))

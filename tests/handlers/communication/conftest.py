"""A communication service with providers that tests hold in their hands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from communication.consumers import compose_messages, deliver_message, update_contact
from communication.providers import registry
from communication.providers.port import Email
from communication.records import Attempt, Message
from communication.repository import MessageRepository, message_pk
from infra_cdk import catalogue
from solo60 import clock
from solo60.ids import new_id
from solo60.records import batch_get
from tests.conftest import LambdaContext, bus_event, outbox, sqs_event
from tests.fakes.aws import aws_client

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@dataclass
class FakeProvider:
    """Takes mails, or does what the test says."""

    name: str
    sent: list[Email] = field(default_factory=list)
    asked: int = 0
    trouble: Exception | None = None
    meanwhile: Callable[[], Any] | None = None

    def send(self, message: Email) -> str:
        self.asked += 1
        if self.meanwhile:
            self.meanwhile()
        if self.trouble is not None:
            raise self.trouble
        self.sent.append(message)
        return f"{self.name}-{len(self.sent)}"


@dataclass
class Service:
    """The service from outside: events in, mails and events out."""

    first: FakeProvider
    second: FakeProvider

    def hear(self, source: str, name: str, data: dict[str, Any], *, event_id: str | None = None) -> bool:
        """Give an event to whichever consumers know it; whether all of them were done with it."""
        event = bus_event(source, name, data, event_id=event_id or new_id())
        done = True
        for handler in (update_contact.handler, compose_messages.handler):
            if name in {known.detail_type() for known in handler.declaration.events}:
                done = not handler(sqs_event(event), LambdaContext())["batchItemFailures"] and done
        return done

    def register(self, user_id: str, **changes: Any) -> None:
        """The member's registration, heard."""
        data = {
            "user_id": user_id,
            "email": "robin@example.com",
            "first_name": "Robin",
            "last_name": "Example",
            "date_of_birth": "1990-05-01",
            "phone": None,
            "registration": 1,
        }
        assert self.hear("auth", "UserRegistered", {**data, **changes})

    def deliver(self, message_id: str) -> bool:
        """Bring the queue's message about one message; whether it is done with."""
        event = bus_event("communication", "MessageQueued", {"message_id": message_id})
        return not deliver_message.handler(sqs_event(event), LambdaContext())["batchItemFailures"]

    def queued(self) -> list[str]:
        """The messages that were queued, oldest first."""
        return [event["data"]["message_id"] for event in outbox("communication", "MessageQueued")]

    def deliver_all(self) -> None:
        """Deliver every queued message."""
        for message_id in self.queued():
            assert self.deliver(message_id)

    def message(self, message_id: str) -> Message:
        found = MessageRepository().find(batch_get, message_id)
        assert found is not None
        return found

    def attempts(self, message_id: str) -> list[tuple[str, str, str | None]]:
        found = Attempt.query(message_pk(message_id), Attempt.sk.startswith("ATTEMPT#"))
        return [(attempt.provider, attempt.outcome, attempt.error) for attempt in found]

    def stored(self) -> list[dict[str, Any]]:
        """Every raw item of the table."""
        name = catalogue.table_name("test", "communication")
        items: list[dict[str, Any]] = aws_client("dynamodb").scan(TableName=name)["Items"]
        return items


@pytest.fixture
def service(tables: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    first, second = FakeProvider("first"), FakeProvider("second")
    monkeypatch.setitem(registry._EMAIL, "first", lambda: first)
    monkeypatch.setitem(registry._EMAIL, "second", lambda: second)
    monkeypatch.setenv("EMAIL_PROVIDERS", "first, second")
    monkeypatch.setenv("MAIL_FROM", "SOLO60 <hello@solo60.example>")
    with clock.at(NOW):
        yield Service(first, second)


@pytest.fixture
def session_event(member: str) -> dict[str, Any]:
    """What an event about a session of `member` says."""
    return {
        "session_id": "0197a000-0000-7000-8000-000000000001",
        "user_id": member,
        "gym_id": "0197a000-0000-7000-8000-000000000002",
        "gym_name": "Shoreditch",
        "gym_address": "1 High Street, London",
        "timezone": "Europe/London",
        "starts_at": "2026-03-03T19:00:00Z",
        "ends_at": "2026-03-03T20:30:00Z",
        "duration": 90,
        "price_credits": 12,
        "refundable_until": "2026-03-02T19:00:00Z",
        "sequence": 0,
        "held_until": "2026-03-04T19:15:00Z",
    }


def verification(user_id: str, **changes: Any) -> dict[str, Any]:
    """What a verification code's event says."""
    return {
        "user_id": user_id,
        "email": "robin@example.com",
        "first_name": "Robin",
        "code": "482913",
        "expires_at": "2026-03-02T10:15:00Z",
        **changes,
    }

"""Events as they reach the user service, and what they leave there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from infra_cdk import catalogue
from solo60 import clock
from solo60.consumers import Consumer
from solo60.ids import new_id
from solo60.transaction import Transaction
from tests.conftest import LambdaContext, bus_event, sqs_event
from tests.fakes.aws import aws_client
from tests.grants_in_use import by_others
from user.consumers.store_notification import handler as store_notification
from user.published import create_profile

TABLE = catalogue.table_name("test", "user")


def deliver(consumer: Consumer, source: str, name: str, data: dict[str, Any], **envelope: Any) -> str:
    """Put an event before a consumer, which has to take it; the event's id."""
    event_id = str(envelope.pop("event_id", None) or new_id())
    event = bus_event(source, name, data, event_id=event_id)
    event["detail"].update(envelope)
    assert consumer(sqs_event(event), LambdaContext()) == {"batchItemFailures": []}
    return event_id


def user_registered(user_id: str, **changes: Any) -> None:
    """A registration is verified: the member has a profile."""
    data = {
        "email": "alix@example.com",
        "first_name": "Alix",
        "last_name": "Example",
        "date_of_birth": date(1990, 12, 10),
        "phone": "+447700900123",
        "registered_at": datetime(2026, 3, 2, 10, tzinfo=UTC),
        **changes,
    }
    transaction = Transaction()
    create_profile(transaction, user_id, **data)
    with by_others():
        transaction.commit()


def notification_requested(
    user_id: str, content: str = "Booked", *, at: datetime | None = None, event_id: str | None = None, **changes: Any
) -> str:
    """NotificationRequested arrives; the id of the notification."""
    at = at or clock.now()
    with clock.at(at):
        notification_id = str(changes.pop("notification_id", None) or new_id())
        data = {
            "notification_id": notification_id,
            "user_id": user_id,
            "type": "booking_confirmed",
            "content": content,
            "link": "/sessions/1",
            **changes,
        }
        deliver(
            store_notification,
            "communication",
            "NotificationRequested",
            data,
            event_id=event_id,
            occurred_at=clock.to_rfc3339(at),
        )
    return notification_id


def ban(user_id: str, until: datetime | None = None) -> None:
    """Ban a member for a day, or until an instant."""
    aws_client("dynamodb").put_item(
        TableName=TABLE,
        Item={
            "PK": {"S": f"USER#{user_id}"},
            "SK": {"S": "BAN"},
            "kind": {"S": "ban"},
            "banned_until": {"S": clock.to_sortable(until or clock.now() + timedelta(days=1))},
        },
    )


@pytest.fixture
def alix(tables: None, make_member: Callable[[], str]) -> str:
    """The id of a member with a profile."""
    user_id = make_member()
    user_registered(user_id)
    return user_id

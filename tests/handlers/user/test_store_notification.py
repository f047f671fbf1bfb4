"""Where notifications come from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from solo60 import clock
from solo60.ids import new_id
from tests.conftest import call
from tests.handlers.user.conftest import deliver, notification_requested
from user.consumers.store_notification import handler
from user.endpoints.list_notifications import handler as listing

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_an_event_delivered_twice_is_one_notification(tables: None, member: str) -> None:
    event_id = new_id()
    notification_id = notification_requested(member, event_id=event_id)
    notification_requested(member, event_id=event_id, notification_id=notification_id)
    notification_requested(member, notification_id=notification_id)
    page = call(listing, user=member).json
    assert (len(page["items"]), page["unread_count"]) == (1, 1)


def test_years_of_expired_counts_do_not_hide_notifications(tables: None, member: str) -> None:
    for month in range(30):
        notification_requested(member, at=datetime(2020, 1, 15, tzinfo=UTC) + timedelta(days=30 * month))
    ids = [notification_requested(member, at=NOW + timedelta(minutes=minute)) for minute in range(4)]
    with clock.at(NOW + timedelta(hours=1)):
        page = call(listing, user=member, query={"limit": 2}).json
    assert [item["id"] for item in page["items"]] == ids[:1:-1]
    assert page["unread_count"] == 4


def test_the_consumer_keeps_what_was_requested(tables: None, member: str) -> None:
    data = {"notification_id": new_id(), "user_id": member, "type": "receipt", "content": "Paid", "more": "ignored"}
    deliver(handler, "communication", "NotificationRequested", data)
    with clock.at(NOW):
        [item] = call(listing, user=member).json["items"]
    assert (item["id"], item["type"], item["content"]) == (data["notification_id"], "receipt", "Paid")
    assert (item["link"], item["created_at"]) == (None, "2026-03-02T10:00:00Z")

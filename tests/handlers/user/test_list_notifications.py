"""GET /users/me/notifications."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from solo60 import aws, clock
from tests.conftest import call
from tests.handlers.user.conftest import notification_requested
from user.endpoints.list_notifications import handler as listing

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def trips() -> list[str]:
    made: list[str] = []
    aws.client("dynamodb").meta.events.register("before-call.dynamodb", lambda model, **_: made.append(model.name))
    return made


def test_they_are_listed_newest_first_with_the_unread(tables: None, member: str) -> None:
    assert call(listing, user=member).json == {"items": [], "next_cursor": None, "unread_count": 0}
    first = notification_requested(member, "Erste ✓", at=NOW, link=None)
    second = notification_requested(member, "Second", at=NOW + timedelta(minutes=1))
    with clock.at(NOW + timedelta(minutes=2)):
        made = trips()
        answer = call(listing, user=member)
        assert made == ["Query"]
    assert [item["id"] for item in answer.json["items"]] == [second, first]
    assert answer.json["items"][1] == {
        "id": first,
        "type": "booking_confirmed",
        "content": "Erste ✓",
        "read": False,
        "created_at": "2026-03-02T10:00:00Z",
        "link": None,
    }
    assert answer.json["unread_count"] == 2


def test_pages_neither_repeat_nor_lose_while_others_arrive(tables: None, member: str) -> None:
    ids = [notification_requested(member, at=NOW + timedelta(minutes=minute)) for minute in range(7)]
    with clock.at(NOW + timedelta(days=1)):
        seen: list[str] = []
        cursor: dict[str, Any] = {}
        while True:
            made = trips()
            page = call(listing, user=member, query={"limit": 3, **cursor}).json
            assert len(made) <= 2
            assert page["unread_count"] == 7 + (1 if cursor else 0)
            seen += [item["id"] for item in page["items"]]
            if not cursor:
                notification_requested(member, at=NOW + timedelta(days=1))
            if page["next_cursor"] is None:
                break
            cursor = {"cursor": page["next_cursor"]}
    assert seen == ids[::-1]


def test_a_cursor_belongs_to_its_member(tables: None, member: str, make_member: Any) -> None:
    for _ in range(3):
        notification_requested(member)
    cursor = call(listing, user=member, query={"limit": 1}).json["next_cursor"]
    assert call(listing, user=make_member(), query={"limit": 1, "cursor": cursor}).code == "invalid_cursor"
    assert call(listing, user=member, query={"cursor": cursor[:-2]}).code == "invalid_cursor"
    assert call(listing, user=member, query={"limit": 0}).status == 422
    assert call(listing, user=member, query={"limit": 101}).status == 422


def test_a_page_that_is_exactly_full_is_the_last(tables: None, member: str) -> None:
    for _ in range(3):
        notification_requested(member)
    assert call(listing, user=member, query={"limit": 3}).json["next_cursor"] is None

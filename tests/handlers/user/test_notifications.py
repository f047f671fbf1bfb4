"""In-app notifications: stored, listed, read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from solo60 import aws, clock
from solo60.ids import new_id
from tests.conftest import Answer, call
from tests.handlers.user.conftest import ban, notification_requested
from user.endpoints.list_notifications import handler as listing
from user.endpoints.read_notification import handler as reading

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def mark(user: str, notification_id: str, **options: Any) -> Answer:
    return call(reading, user=user, path={"notification_id": notification_id}, **options)


def unread(user: str) -> int:
    return int(call(listing, user=user).json["unread_count"])


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


def test_an_event_delivered_twice_is_one_notification(tables: None, member: str) -> None:
    event_id = new_id()
    notification_id = notification_requested(member, event_id=event_id)
    notification_requested(member, event_id=event_id, notification_id=notification_id)
    notification_requested(member, notification_id=notification_id)
    page = call(listing, user=member).json
    assert (len(page["items"]), page["unread_count"]) == (1, 1)


def test_reading_is_idempotent_and_counts_once(tables: None, member: str) -> None:
    one, _ = notification_requested(member), notification_requested(member)
    made = trips()
    assert mark(member, one).status == 204
    assert made == ["BatchGetItem", "TransactWriteItems"]
    assert mark(member, one).status == 204
    assert mark(member, one.upper()).status == 204
    page = call(listing, user=member).json
    assert page["unread_count"] == 1
    assert [item["read"] for item in page["items"]] == [False, True]


def test_two_who_read_at_once_count_once(tables: None, member: str) -> None:
    one = notification_requested(member)
    done: list[bool] = []

    def read_meanwhile(**_: Any) -> None:
        if not done:
            done.append(True)
            assert mark(member, one).status == 204

    aws.client("dynamodb").meta.events.register_first("before-call.dynamodb.TransactWriteItems", read_meanwhile)
    assert mark(member, one).status == 204
    assert unread(member) == 0


def test_a_key_replays_the_reading(tables: None, member: str) -> None:
    one = notification_requested(member)
    answers = [mark(member, one, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert [answer.status for answer in answers] == [204, 204]
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    assert unread(member) == 0


def test_nobody_reads_anothers(tables: None, member: str, make_member: Any) -> None:
    one = notification_requested(member)
    assert mark(make_member(), one).code == "not_found"
    assert mark(member, new_id()).code == "not_found"
    assert mark(member, "no-id").status == 422
    assert call(reading, path={"notification_id": one}).code == "unauthenticated"
    assert call(listing).code == "unauthenticated"
    assert unread(member) == 1


def test_a_banned_member_reads_the_list_but_marks_nothing(tables: None, member: str) -> None:
    one = notification_requested(member)
    ban(member)
    assert mark(member, one).code == "account_banned"
    assert mark(member, one, headers={"Idempotency-Key": "k"}).code == "account_banned"
    assert unread(member) == 1


def test_a_ban_in_between_holds_too(tables: None, member: str) -> None:
    one = notification_requested(member)
    aws.client("dynamodb").meta.events.register_first(
        "before-call.dynamodb.TransactWriteItems", lambda **_: ban(member)
    )
    assert mark(member, one).code == "account_banned"
    assert unread(member) == 1


def test_the_expired_are_gone_and_not_counted(tables: None, member: str) -> None:
    old = notification_requested(member, "old", at=NOW)  # 180 days later it is 29 August
    new = notification_requested(member, "new", at=NOW + timedelta(days=150))
    with clock.at(datetime(2026, 8, 31, 23, 59, 59, tzinfo=UTC)):
        assert unread(member) == 2
    with clock.at(datetime(2026, 9, 1, tzinfo=UTC)):
        page = call(listing, user=member).json
        assert ([item["id"] for item in page["items"]], page["unread_count"]) == ([new], 1)
        assert mark(member, old).code == "not_found"
        assert mark(member, new).status == 204
        assert unread(member) == 0


def test_years_of_expired_counts_do_not_hide_notifications(tables: None, member: str) -> None:
    for month in range(30):
        notification_requested(member, at=datetime(2020, 1, 15, tzinfo=UTC) + timedelta(days=30 * month))
    ids = [notification_requested(member, at=NOW + timedelta(minutes=minute)) for minute in range(4)]
    with clock.at(NOW + timedelta(hours=1)):
        page = call(listing, user=member, query={"limit": 2}).json
    assert [item["id"] for item in page["items"]] == ids[:1:-1]
    assert page["unread_count"] == 4

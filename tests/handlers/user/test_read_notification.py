"""POST /users/me/notifications/{notification_id}/read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from solo60 import aws, clock
from solo60.ids import new_id
from tests.conftest import Answer, call
from tests.grants_in_use import by_others
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
    made = trips()
    answers = [mark(member, one, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert made == ["BatchGetItem", "TransactWriteItems", "BatchGetItem"]
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

    def ban_meanwhile(**_: Any) -> None:
        with by_others():
            ban(member)

    aws.client("dynamodb").meta.events.register_first("before-call.dynamodb.TransactWriteItems", ban_meanwhile)
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

"""POST /users/me/notifications/read-all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from solo60 import aws, clock
from tests.conftest import call
from tests.fakes.meanwhile import meanwhile
from tests.handlers.user.conftest import ban, notification_requested
from tests.scenarios.world import made
from user.endpoints.list_notifications import handler as listing
from user.endpoints.read_all_notifications import handler as reading_all
from user.endpoints.read_notification import handler as reading

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def read_all(user: str) -> None:
    assert call(reading_all, user=user).status == 204


def inbox(user: str, **query: Any) -> tuple[list[bool], int]:
    """Whether each notification is read, newest first, and the number of unread ones."""
    page = call(listing, user=user, query=query).json
    return [item["read"] for item in page["items"]], page["unread_count"]


def test_all_are_read_by_one_write_however_many(tables: None, member: str) -> None:
    for month in range(3):
        for _ in range(10):
            notification_requested(member, at=NOW + timedelta(days=31 * month))
    with clock.at(NOW + timedelta(days=70)):
        assert inbox(member, limit=100)[1] == 30
        called: list[tuple[str, int]] = []

        def note(model: Any, params: Any, **_: Any) -> None:
            called.append((model.name, params["body"].count(b'"TableName"')))

        aws.client("dynamodb").meta.events.register("before-call.dynamodb.TransactWriteItems", note)
        read_all(member)
        assert called == [("TransactWriteItems", 2)]  # the mark, and the check of the ban
        assert inbox(member, limit=100) == ([True] * 30, 0)
        first = call(listing, user=member, query={"limit": 10}).json
        second = call(listing, user=member, query={"limit": 10, "cursor": first["next_cursor"]}).json
        assert (all(item["read"] for item in second["items"]), second["unread_count"]) == (True, 0)


def test_what_arrives_later_is_unread_whatever_its_time(tables: None, member: str) -> None:
    notification_requested(member, at=NOW)
    read_all(member)
    notification_requested(member, at=NOW - timedelta(days=1))
    with clock.at(NOW + timedelta(days=1)):
        assert inbox(member) == ([True, False], 1)
        late = call(listing, user=member).json["items"][1]["id"]
        assert call(reading, user=member, path={"notification_id": late}).status == 204
        assert inbox(member) == ([True, True], 0)


def test_reading_one_that_was_read_with_all_counts_nothing(tables: None, member: str) -> None:
    one = notification_requested(member)
    read_all(member)
    notification_requested(member)
    assert call(reading, user=member, path={"notification_id": one}).status == 204
    assert inbox(member) == ([False, True], 1)


def test_one_that_arrives_meanwhile_is_counted_if_and_only_if_it_is_unread(tables: None, member: str) -> None:
    notification_requested(member)
    meanwhile(lambda: notification_requested(member))
    read_all(member)
    assert inbox(member) == ([True, True], 0)
    meanwhile(lambda: read_all(member))
    notification_requested(member)
    assert inbox(member) == ([False, True, True], 1)


def test_reading_one_while_all_are_read(tables: None, member: str) -> None:
    one = notification_requested(member)
    meanwhile(lambda: read_all(member))
    assert call(reading, user=member, path={"notification_id": one}).status == 204
    assert inbox(member) == ([True], 0)
    notification_requested(member)
    assert inbox(member)[1] == 1


def test_a_banned_member_marks_nothing(tables: None, member: str) -> None:
    notification_requested(member)
    ban(member)
    assert call(reading_all, user=member).code == "account_banned"
    assert inbox(member)[1] == 1
    assert call(reading_all).code == "unauthenticated"


@given(st.lists(st.sampled_from(["arrives", "arrives next month", "read one", "read all"]), max_size=14))
def test_the_count_is_always_the_number_of_the_unread(steps: list[str]) -> None:
    with made() as world:
        known: list[str] = []
        for step in steps:
            if step == "read all":
                read_all(world.member)
            elif step == "read one" and known:
                path = {"notification_id": known[len(known) // 2]}
                assert call(reading, user=world.member, path=path).status == 204
            elif step.startswith("arrives"):
                at = clock.now() + timedelta(days=31 if "month" in step else 0)
                known.append(notification_requested(world.member, at=at))
            states, unread = inbox(world.member, limit=100)
            assert unread == states.count(False)

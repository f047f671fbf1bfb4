"""GET /admin/sessions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from solo60.ids import new_id
from tests.handlers.session.administration.overseeing import listed
from tests.handlers.session.world import START, add_gym, book, cancel, member_with

HOUR = timedelta(hours=1)


def test_of_a_gyms_day_all_that_start_then() -> None:
    gym, user = add_gym(buffer_minutes=0), member_with(200)
    midnight = START.replace(hour=0)
    starts = [midnight + 3 * HOUR, midnight, midnight + 23.5 * HOUR, midnight - HOUR, midnight + 24.5 * HOUR]
    ids = [book(user, gym, start).json["id"] for start in starts]
    book(member_with(100), add_gym(latitude=53.0), START)
    cancel(user, ids[0])
    found = listed(gym_id=gym, date="2026-03-04").json["items"]
    assert [(one["id"], one["status"]) for one in found] == [
        (ids[1], "confirmed"),
        (ids[0], "cancelled"),
        (ids[2], "confirmed"),
    ]


def test_the_day_is_the_gyms() -> None:
    gym, user = add_gym(timezone="Australia/Lord_Howe", buffer_minutes=0), member_with(100)
    session = book(user, gym, datetime(2026, 3, 3, 13, tzinfo=UTC)).json["id"]
    assert [one["id"] for one in listed(gym_id=gym, date="2026-03-04").json["items"]] == [session]
    assert listed(gym_id=gym, date="2026-03-03").json["items"] == []


def test_of_a_member_the_latest_first_and_the_cancelled_ones_apart() -> None:
    gym, user = add_gym(), member_with(200)
    ids = [book(user, gym, START + number * 2 * HOUR).json["id"] for number in range(3)]
    book(member_with(100), gym, START + 12 * HOUR)
    cancel(user, ids[1])
    assert [one["id"] for one in listed(user_id=user).json["items"]] == [ids[2], ids[0]]
    assert [one["id"] for one in listed(user_id=user, cancelled="true").json["items"]] == [ids[1]]


def test_pages() -> None:
    gym, user = add_gym(), member_with(200)
    ids = [book(user, gym, START + number * timedelta(minutes=75)).json["id"] for number in range(4)]
    first = listed(gym_id=gym, date="2026-03-04", limit=3).json
    rest = listed(gym_id=gym, date="2026-03-04", limit=3, cursor=first["next_cursor"]).json
    assert [one["id"] for one in first["items"] + rest["items"]] == ids
    assert rest["next_cursor"] is None


@pytest.mark.parametrize(
    "query",
    [{}, {"gym_id": new_id()}, {"date": "2026-03-04"}, {"gym_id": new_id(), "date": "2026-03-04", "user_id": new_id()}],
)
def test_one_way_of_asking(query: dict[str, Any]) -> None:
    assert listed(**query).status == 422


def test_an_unknown_gym() -> None:
    assert listed(gym_id=new_id(), date="2026-03-04").code == "gym_not_found"

"""The gym's buffer between two sessions: both ways, also around sessions that were booked under another buffer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gym.profile import profile_of
from gym.repository import gym_key
from gym.time.bookable import bookable_gyms
from gym.time.repository import GymTimeRepository
from solo60.records import batch_get
from tests.fakes.meanwhile import meanwhile
from tests.handlers.session.world import (
    add_gym,
    availability,
    book,
    cancel,
    change_gym,
    member_with,
    quote,
    refused,
    sessions_in_table,
    taken_slots,
    text,
)

MIDNIGHT = datetime(2026, 3, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TEN = MIDNIGHT + timedelta(hours=10)


def at(clock_time: str) -> datetime:
    hours, minutes = clock_time.split(":")
    return MIDNIGHT + timedelta(hours=int(hours), minutes=int(minutes))


def listed(gym: str, duration: int = 60) -> set[str]:
    return {item["start_time"] for item in availability(gym, "2026-03-04", duration)}


def found_by_search(gym: str, start: datetime, duration: int) -> bool:
    key = gym_key(gym)
    record = batch_get(key)[key]
    assert record is not None
    end = start + timedelta(minutes=duration)
    return bool(bookable_gyms(GymTimeRepository(), [profile_of(record)], start, end, duration))


def require_agreed(gym: str, bookable: dict[str, bool], duration: int = 60) -> None:
    """Availability, search, quotes, alternatives and bookings say the same of starts on 4 March."""
    user = member_with(100)
    shown, offered = listed(gym, duration), set()
    busy = quote(user, gym, TEN, duration).json
    assert [failure["code"] for failure in busy["failures"]] == ["slot_taken"]
    for alternative in refused(book(user, gym, TEN, duration), "slot_taken").json["alternatives"]:
        offered.add(alternative["starts_at"])
    for clock_time, expected in bookable.items():
        start = at(clock_time)
        assert (clock_time in shown) == expected, clock_time
        assert quote(user, gym, start, duration).json["bookable"] == expected
        assert found_by_search(gym, start, duration) == expected
        assert expected or text(start) not in offered
        answer = book(user, gym, start, duration)
        assert answer.status == (201 if expected else 409), clock_time
        if expected:
            cancel(user, answer.json["id"])


def test_a_raised_buffer_holds_on_both_sides_of_the_sessions_that_stand() -> None:
    gym = add_gym(buffer_minutes=0)
    user = member_with(100)
    session = book(user, gym, TEN).json
    adjoining = {"09:00": True, "09:15": False, "10:00": False, "10:45": False, "11:00": True}
    require_agreed(gym, adjoining)
    change_gym(gym, buffer_minutes=30)
    apart = {
        "08:30": True,
        "08:45": False,
        "09:00": False,
        "10:00": False,
        "11:00": False,
        "11:15": False,
        "11:30": True,
    }
    require_agreed(gym, apart)
    assert [item["version"]["N"] for item in sessions_in_table() if item["id"]["S"] == session["id"]] == ["1"]
    assert cancel(user, session["id"], seen=1).status == 200
    assert taken_slots() == 0


def test_a_lowered_buffer_frees_both_sides_at_once() -> None:
    gym = add_gym(buffer_minutes=60)
    book(member_with(100), gym, TEN)
    require_agreed(gym, {"08:00": True, "08:15": False, "11:45": False, "12:00": True})
    change_gym(gym, buffer_minutes=20)  # half an hour, in quarter hours
    require_agreed(gym, {"08:30": True, "08:45": False, "11:15": False, "11:30": True})
    change_gym(gym, buffer_minutes=0)
    require_agreed(gym, {"09:00": True, "09:15": False, "10:45": False, "11:00": True})


def test_buffers_overlap_each_other_and_do_not_add() -> None:
    gym, user = add_gym(buffer_minutes=30), member_with(100)
    book(user, gym, TEN)
    for clock_time in ("08:30", "11:30"):
        assert book(user, gym, at(clock_time)).status == 201
    assert taken_slots() == 2 * 3 * 4  # of the gym and of the member: the sessions alone


def test_what_a_raise_has_brought_too_close_stands_and_is_cancelled_in_any_order() -> None:
    gym, user = add_gym(buffer_minutes=0), member_with(100)
    first, second = (book(user, gym, TEN + timedelta(hours=number)).json["id"] for number in (0, 1))
    change_gym(gym, buffer_minutes=60)
    other = member_with(100)
    assert cancel(user, first).status == 200
    refused(book(other, gym, TEN), "slot_taken")
    assert book(other, gym, TEN - timedelta(hours=1)).status == 201
    assert cancel(user, second).status == 200
    assert taken_slots() == 2 * 4


NEXT_DAY = MIDNIGHT + timedelta(days=1)


@pytest.mark.parametrize(
    ("stands", "too_close", "far_enough"),
    [
        (NEXT_DAY - 60 * MINUTE, NEXT_DAY + 15 * MINUTE, NEXT_DAY + 30 * MINUTE),
        (NEXT_DAY, NEXT_DAY - 75 * MINUTE, NEXT_DAY - 90 * MINUTE),
        (NEXT_DAY - 45 * MINUTE, NEXT_DAY + 30 * MINUTE, NEXT_DAY + 45 * MINUTE),
    ],
)
@pytest.mark.parametrize("at_once", [False, True])
def test_a_buffer_reaches_over_midnight(
    stands: datetime, too_close: datetime, far_enough: datetime, at_once: bool
) -> None:
    """The slots of the two sessions are in different items."""
    gym, user, other = add_gym(buffer_minutes=30), member_with(100), member_with(100)

    def first() -> None:
        assert book(other, gym, stands).status == 201

    if at_once:
        meanwhile(first)
    else:
        first()
    refused(book(user, gym, too_close), "slot_taken")
    assert book(user, gym, far_enough).status == 201


def test_a_buffer_that_is_raised_in_the_middle_of_a_booking_counts() -> None:
    gym, user = add_gym(buffer_minutes=0), member_with(100)
    book(member_with(100), gym, TEN)
    meanwhile(lambda: change_gym(gym, buffer_minutes=15))
    refused(book(user, gym, at("11:00")), "slot_taken")


def test_a_buffer_that_is_lowered_in_the_middle_of_a_booking_counts() -> None:
    gym, user, other = add_gym(buffer_minutes=15), member_with(100), member_with(100)

    def lowered_and_booked() -> None:
        change_gym(gym, buffer_minutes=0)
        assert book(other, gym, TEN).status == 201

    meanwhile(lowered_and_booked)
    assert book(user, gym, at("11:00")).status == 201


@pytest.mark.parametrize("minutes", [-75, -60, -45, 0, 45, 60, 75])
def test_of_two_at_once_that_are_too_close_one_wins(minutes: int) -> None:
    gym, other = add_gym(buffer_minutes=30), member_with(100)
    meanwhile(lambda: book(other, gym, TEN + minutes * MINUTE))
    refused(book(member_with(100), gym, TEN), "slot_taken")
    assert [item["user_id"]["S"] for item in sessions_in_table()] == [other]

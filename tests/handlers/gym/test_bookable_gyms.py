"""`bookable_gyms`: gym search sees what availability lists."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from gym.profile import GymProfile, profile_of
from gym.repository import gym_key
from gym.time.bookable import bookable_gyms
from gym.time.repository import GymTimeRepository
from solo60 import clock
from solo60.ids import new_id
from solo60.records import batch_get
from tests.handlers.session.world import (
    NOW,
    START,
    add_gym,
    availability,
    book,
    counted_trips,
    give_credits,
)

HOUR = timedelta(hours=1)
TIMES = GymTimeRepository()


@pytest.fixture(autouse=True)
def _monday(tables: None) -> Iterator[None]:
    with clock.at(NOW):
        yield


def profiles(*gyms: str) -> list[GymProfile]:
    keys = [gym_key(gym) for gym in gyms]
    return [profile_of(record) for record in batch_get(*keys).all(keys) if record]


def test_a_gym_is_found_if_a_session_fits_the_window() -> None:
    user = new_id()
    give_credits(user, 100)
    free, taken, partly, closed, elsewhere = (
        add_gym(),
        add_gym(),
        add_gym(),
        add_gym(opening_hours={}),
        add_gym(timezone="Australia/Lord_Howe"),
    )
    book(user, taken, START, 60)
    book(user, partly, START + HOUR, 60)
    found = bookable_gyms(TIMES, profiles(free, taken, partly, closed, elsewhere), START, START + HOUR, 60)
    assert found == {free, elsewhere}  # at the third, the buffer would run into the session that follows
    assert bookable_gyms(TIMES, profiles(taken), START, START + 3 * HOUR, 60) == {taken}
    assert bookable_gyms(TIMES, profiles(partly), START, START + HOUR, 45) == {partly}


def test_a_window_that_is_too_short_past_or_too_far_holds_nothing() -> None:
    gyms = profiles(add_gym())
    with counted_trips() as trips:
        assert bookable_gyms(TIMES, gyms, START, START + timedelta(minutes=45), 60) == set()
        assert bookable_gyms(TIMES, gyms, START + HOUR, START, 60) == set()
        assert bookable_gyms(TIMES, gyms, NOW - 5 * HOUR, NOW, 60) == set()
        assert bookable_gyms(TIMES, gyms, NOW + timedelta(days=31), NOW + timedelta(days=32), 60) == set()
        assert bookable_gyms(TIMES, [], START, START + HOUR, 60) == set()
    assert len(trips) == 0


def test_notice_and_horizon_hold_in_the_window() -> None:
    gyms = profiles(add_gym())
    assert bookable_gyms(TIMES, gyms, NOW, NOW + timedelta(minutes=75), 60) == set()
    assert bookable_gyms(TIMES, gyms, NOW, NOW + timedelta(minutes=90), 60) != set()
    last = NOW + timedelta(days=30)
    assert bookable_gyms(TIMES, gyms, last, last + HOUR, 60) != set()


def test_twenty_gyms_are_one_trip() -> None:
    gyms = profiles(*(add_gym() for _ in range(20)))
    with counted_trips() as trips:
        assert len(bookable_gyms(TIMES, gyms, START, START + 4 * HOUR, 60)) == 20
    assert trips.operations == ["BatchGetItem"]


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_search_and_availability_agree_on_the_days_of_the_change(day: str) -> None:
    gym = add_gym(booking_horizon_days=365, slot_minutes=30)
    (profile,) = profiles(gym)
    with clock.at(datetime.fromisoformat(day).replace(tzinfo=UTC) - timedelta(days=3)):
        for item in availability(gym, day, 60):
            start, end = clock.from_rfc3339(item["starts_at"]), clock.from_rfc3339(item["ends_at"])
            assert bookable_gyms(TIMES, [profile], start, end, 60) == {gym}
            assert bookable_gyms(TIMES, [profile], start + timedelta(minutes=1), end, 60) == set()

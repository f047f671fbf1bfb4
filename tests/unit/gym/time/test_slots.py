"""Slots: the quarter hours of claims."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gym.profile import LONGEST_BUFFER, LONGEST_DURATION
from gym.time.slots import (
    REACH,
    SLOT_SECONDS,
    SLOTS_PER_DAY,
    Occupancy,
    by_day,
    days_around,
    days_of_local,
    first_slot,
    slots_between,
)

MIDNIGHT = datetime(2026, 3, 4, tzinfo=UTC)
HOLDER = "session"


def test_a_stretch_touches_every_slot_that_it_enters() -> None:
    first = first_slot(date(2026, 3, 4))
    assert slots_between(MIDNIGHT, MIDNIGHT + timedelta(minutes=30)) == range(first, first + 2)
    assert slots_between(MIDNIGHT, MIDNIGHT + timedelta(minutes=31)) == range(first, first + 3)
    assert slots_between(MIDNIGHT + timedelta(minutes=14), MIDNIGHT + timedelta(minutes=15)) == range(first, first + 1)
    assert first * SLOT_SECONDS == MIDNIGHT.timestamp()


def test_a_stretch_over_midnight_belongs_to_two_days() -> None:
    found = by_day(slots_between(MIDNIGHT - timedelta(minutes=30), MIDNIGHT + timedelta(minutes=15)))
    assert found == {date(2026, 3, 3): [94, 95], date(2026, 3, 4): [0]}


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    st.integers(1, 200),
)
def test_days_hold_each_slot_once(start: datetime, quarters: int) -> None:
    slots = slots_between(start, start + quarters * timedelta(minutes=15))
    days = by_day(slots)
    assert [first_slot(day) + number for day, numbers in days.items() for number in numbers] == list(slots)
    assert all(0 <= number < SLOTS_PER_DAY for numbers in days.values() for number in numbers)


def test_time_is_free_where_it_is_known_and_nobody_holds_it() -> None:
    occupancy = Occupancy.of_days([(date(2026, 3, 4), {4: HOLDER}), (date(2026, 3, 5), {})])
    hour = timedelta(hours=1)
    assert occupancy.is_free(MIDNIGHT, MIDNIGHT + hour)
    assert not occupancy.is_free(MIDNIGHT + hour, MIDNIGHT + 2 * hour)
    assert occupancy.is_free(MIDNIGHT + hour * 1.25, MIDNIGHT + 48 * hour)
    assert not occupancy.is_free(MIDNIGHT + 47 * hour, MIDNIGHT + 49 * hour)
    assert not occupancy.is_free(MIDNIGHT - hour, MIDNIGHT + hour)


@given(
    st.dates(date(2000, 1, 1), date(2099, 1, 1)),
    st.integers(1, 14),
    st.integers(-14 * 4, 12 * 4),
    st.integers(0, 25 * 4 - 1),
)
def test_the_utc_days_of_local_days_hold_all_of_their_sessions(day: date, count: int, offset: int, start: int) -> None:
    """Whatever the zone: a local day begins at UTC midnight shifted by its offset, and may last 25 hours."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) + offset * timedelta(minutes=15)
    occupancy = Occupancy.of_days([(each, {}) for each in days_of_local(day, count)])
    for local_day in (0, count - 1):
        begins = midnight + timedelta(days=local_day) + start * timedelta(minutes=15)
        ends = begins + LONGEST_DURATION
        assert occupancy.is_free(begins - LONGEST_BUFFER, ends + LONGEST_BUFFER)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    st.timedeltas(-REACH, REACH),
)
def test_the_days_around_an_instant_hold_all_sessions_near_it(instant: datetime, off: timedelta) -> None:
    occupancy = Occupancy.of_days([(each, {}) for each in days_around(instant)])
    begins = instant + off
    assert occupancy.is_free(begins - LONGEST_BUFFER, begins + LONGEST_DURATION + LONGEST_BUFFER)


def test_the_first_of_the_holders_is_told() -> None:
    occupancy = Occupancy.of_days([(date(2026, 3, 4), {8: "later", 4: "first", 5: "first"})])
    hour = timedelta(hours=1)
    assert occupancy.holder(MIDNIGHT, MIDNIGHT + hour) is None
    assert occupancy.holder(MIDNIGHT, MIDNIGHT + 3 * hour) == "first"
    assert occupancy.holder(MIDNIGHT + 1.5 * hour, MIDNIGHT + 3 * hour) == "later"

"""Opening hours on the days when the clock jumps."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from gym.opening_hours import is_open, is_open_at, local_grid_starts, opening_intervals
from gym.profile import GymProfile, GymStatus, Interval

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
LORD_HOWE_SPRING, LORD_HOWE_AUTUMN = date(2026, 10, 4), date(2026, 4, 5)
GYM = GymProfile(
    id="gym",
    name="Gym",
    address="",
    latitude=0,
    longitude=0,
    timezone="Europe/London",
    opening_hours={},
    capacity=1,
    slot_minutes=30,
    min_duration=15,
    max_duration=480,
    buffer_minutes=0,
    booking_horizon_days=28,
    minimum_notice_minutes=0,
    cancellation_hours=12,
    credits_per_hour=10,
    price_bands=(),
    requires_induction=False,
    status=GymStatus.ACTIVE,
    version=1,
)


def on_sunday(*spans: tuple[str, str], zone: str = "Europe/London") -> GymProfile:
    return replace(GYM, timezone=zone, opening_hours={"sunday": [Interval(*span) for span in spans]})


def utc(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour, minutes=minute)


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([("00:00", "24:00")], [(0, 23)]),
        ([("00:30", "01:30")], [(0.5, 1)]),  # closes as the clock jumps from 01:00 to 02:00
        ([("01:30", "03:00")], [(1, 2)]),  # opens as it jumps
        ([("01:15", "01:45")], []),  # never comes
        ([("00:00", "01:45"), ("02:00", "03:00")], [(0, 2)]),
    ],
)
def test_skipped_wall_times_are_the_moment_of_the_jump(
    spans: list[tuple[str, str]], expected: list[tuple[float, float]]
) -> None:
    found = opening_intervals(on_sunday(*spans), SPRING)
    assert found == [(utc(SPRING, 0, round(60 * a)), utc(SPRING, 0, round(60 * b))) for a, b in expected]


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([("00:00", "24:00")], [(-1, 24)]),
        ([("01:30", "05:00")], [(0.5, 5)]),  # from the first 01:30
        ([("00:00", "01:30")], [(-1, 1.5)]),  # to the second
        ([("01:00", "02:00")], [(0, 2)]),
    ],
)
def test_wall_times_that_are_shown_twice_leave_nothing_out(
    spans: list[tuple[str, str]], expected: list[tuple[float, float]]
) -> None:
    found = opening_intervals(on_sunday(*spans), AUTUMN)
    assert found == [(utc(AUTUMN, 0, round(60 * a)), utc(AUTUMN, 0, round(60 * b))) for a, b in expected]


def test_both_half_past_ones_are_starts_and_the_skipped_one_is_none() -> None:
    starts = local_grid_starts(on_sunday(), AUTUMN)
    assert len(starts) == 50
    assert utc(AUTUMN, 0, 30) in starts
    assert utc(AUTUMN, 1, 30) in starts
    assert len(local_grid_starts(on_sunday(), SPRING)) == 46


def test_a_jump_of_half_an_hour() -> None:
    gym = replace(on_sunday(("00:00", "24:00"), zone="Australia/Lord_Howe"), slot_minutes=60)
    ((start, end),) = opening_intervals(gym, LORD_HOWE_AUTUMN)
    assert end - start == timedelta(hours=24.5)
    ((start, end),) = opening_intervals(gym, LORD_HOWE_SPRING)
    assert end - start == timedelta(hours=23.5)
    # 02:00 does not come: the clock goes from 02:00 to 02:30.
    assert len(local_grid_starts(gym, LORD_HOWE_SPRING)) == 23
    assert len(local_grid_starts(replace(gym, slot_minutes=30), LORD_HOWE_AUTUMN)) == 49


def test_a_day_ends_at_the_first_of_two_midnights() -> None:
    # Havana goes back from 01:00 to 00:00 on 1 November: Saturday has 24 hours, Sunday 25.
    saturday = replace(GYM, timezone="America/Havana", opening_hours={"saturday": [Interval("18:00", "24:00")]})
    ((start, end),) = opening_intervals(saturday, date(2026, 10, 31))
    assert end - start == timedelta(hours=6)
    ((start, end),) = opening_intervals(on_sunday(("00:00", "24:00"), zone="America/Havana"), date(2026, 11, 1))
    assert end - start == timedelta(hours=25)


def test_a_night_is_open_across_the_date_and_closed_at_its_end() -> None:
    gym = replace(GYM, opening_hours={"saturday": [Interval("20:00", "02:00")], "sunday": [Interval("02:00", "03:00")]})
    sunday = date(2026, 3, 8)
    assert is_open(gym, utc(sunday, -1), utc(sunday, 3))
    assert not is_open(gym, utc(sunday, -1), utc(sunday, 3, 1))
    assert not is_open_at(gym, utc(sunday, 3))
    assert not is_open_at(gym, utc(sunday, -4, -1))

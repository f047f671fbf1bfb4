"""Opening hours agree with the wall clock on every day of the year, in zones of every kind."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from gym.opening_hours import (
    is_open,
    is_open_at,
    length_of,
    local_grid_starts,
    minutes_of,
    on_grid,
    open_spans,
    opening_intervals,
)
from gym.profile import WEEKDAYS, GymProfile, GymStatus, Interval

ZONES = ["Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Chatham", "America/Havana", "UTC"]
TRANSITIONS = [date(2026, 3, 29), date(2026, 10, 25), date(2026, 4, 5), date(2026, 10, 4), date(2026, 9, 27)]
MINUTE = timedelta(minutes=1)

days = st.one_of(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.sampled_from(TRANSITIONS))
zones = st.sampled_from(ZONES)
clock_times = st.integers(0, 24 * 12 - 1).map(lambda steps: f"{steps * 5 // 60:02}:{steps * 5 % 60:02}")


def profile(zone: str, hours: dict[str, list[Interval]], slot: int = 30) -> GymProfile:
    return GymProfile(
        id="gym",
        name="Gym",
        address="",
        latitude=0,
        longitude=0,
        timezone=zone,
        opening_hours=hours,
        capacity=1,
        slot_minutes=slot,
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


@st.composite
def weeks(draw: st.DrawFn) -> dict[str, list[Interval]]:
    """Weeks of up to three intervals a day; they may even overlap."""
    return {
        day: draw(st.lists(st.builds(Interval, opens=clock_times, closes=clock_times), max_size=3)) for day in WEEKDAYS
    }


def day_bounds(zone: str, day: date) -> tuple[datetime, datetime]:
    """From the first instant of a local date to that of the next, by walking the clock."""
    place = ZoneInfo(zone)
    instant = datetime.combine(day, time(), UTC) - timedelta(hours=15)
    while instant.astimezone(place).date() < day:
        instant += 15 * MINUTE
    end = instant
    while end.astimezone(place).date() == day:
        end += 15 * MINUTE
    return instant, end


@given(zones, days)
def test_open_all_day_is_as_long_as_the_day(zone: str, day: date) -> None:
    always = profile(zone, {WEEKDAYS[day.weekday()]: [Interval("00:00", "24:00")]})
    assert opening_intervals(always, day) == [day_bounds(zone, day)]


@given(zones, weeks(), days, st.integers(0, 24 * 60 - 1))
def test_a_wall_time_that_is_shown_once_is_open_if_the_week_says_so(
    zone: str, week: dict[str, list[Interval]], day: date, minute: int
) -> None:
    wall = datetime.combine(day, time(*divmod(minute, 60)))
    place = ZoneInfo(zone)
    instant = wall.replace(tzinfo=place).astimezone(UTC)
    if instant != wall.replace(tzinfo=place, fold=1).astimezone(UTC):
        return
    said = False
    for back in (0, 1):
        for interval in week[WEEKDAYS[(day - timedelta(days=back)).weekday()]]:
            start = minutes_of(interval.opens) - back * 24 * 60
            said |= start <= minute < start + length_of(interval.opens, interval.closes)
    assert is_open_at(profile(zone, week), instant) == said


@given(zones, weeks(), days)
def test_spans_are_in_order_apart_and_not_empty(zone: str, week: dict[str, list[Interval]], day: date) -> None:
    start, end = day_bounds(zone, day)
    spans = open_spans(profile(zone, week), start, end)
    for opens, closes in spans:
        assert opens < closes
        assert opens < end
        assert closes > start
    for (_, closes), (opens, _) in itertools.pairwise(spans):
        assert closes < opens


@given(zones, weeks(), days, st.integers(0, 24 * 12), st.integers(1, 32))
def test_open_throughout_is_open_in_every_part(
    zone: str, week: dict[str, list[Interval]], day: date, offset: int, quarters: int
) -> None:
    gym = profile(zone, week)
    start = datetime.combine(day, time(), UTC) + offset * 5 * MINUTE
    end = start + quarters * 15 * MINUTE
    parts = [start + step * 5 * MINUTE for step in range(quarters * 3)]
    # Every bound of an interval is on a multiple of five minutes, so parts of five are either open or not.
    assert is_open(gym, start, end) == all(is_open(gym, part, part + 5 * MINUTE) for part in parts)


@given(zones, days)
def test_a_gym_that_never_closes_is_open_over_any_midnight(zone: str, day: date) -> None:
    always = profile(zone, {weekday: [Interval("00:00", "24:00")] for weekday in WEEKDAYS})
    start, end = day_bounds(zone, day)
    assert is_open(always, start - timedelta(hours=8), end + timedelta(hours=8))
    by_night = profile(zone, {weekday: [Interval("12:00", "12:00")] for weekday in WEEKDAYS})
    assert is_open(by_night, start - timedelta(hours=8), end + timedelta(hours=8))


@given(zones, days, st.sampled_from([15, 30, 60]))
def test_the_grid_is_every_instant_of_the_day_at_which_the_clock_shows_a_slot(zone: str, day: date, slot: int) -> None:
    gym = profile(zone, {}, slot)
    start, end = day_bounds(zone, day)
    expected = []
    while start < end:
        wall = start.astimezone(ZoneInfo(zone))
        if (wall.hour * 60 + wall.minute) % slot == 0:
            expected.append(start)
        start += 15 * MINUTE
    assert local_grid_starts(gym, day) == expected
    assert all(on_grid(gym, each) for each in expected)


@given(zones, st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)), st.sampled_from([15, 30, 60]))
def test_on_grid_and_the_list_of_starts_agree(zone: str, instant: datetime, slot: int) -> None:
    gym = profile(zone, {}, slot)
    at = instant.replace(second=0, microsecond=0, tzinfo=UTC)
    assert on_grid(gym, at) == (at in local_grid_starts(gym, at.astimezone(ZoneInfo(zone)).date()))
    assert not on_grid(gym, at + timedelta(seconds=1))

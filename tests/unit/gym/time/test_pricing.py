"""Prices by the wall clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gym.profile import WEEKDAYS, GymProfile, Interval, PriceBand
from gym.time.pricing import lowest_hourly_price, price_credits
from tests.fakes.gyms import gym_profile


def price(gym: GymProfile, start: str, minutes: int) -> int:
    starts_at = datetime.fromisoformat(start)
    return price_credits(gym, starts_at, starts_at + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("rate", "minutes", "credits"),
    [(8, 60, 8), (8, 45, 6), (7, 60, 7), (7, 45, 6), (7, 15, 2), (1, 15, 1), (0, 60, 0), (3, 480, 24), (10, 90, 15)],
)
def test_parts_of_hours_are_rounded_up_once(rate: int, minutes: int, credits: int) -> None:
    assert price(gym_profile(credits_per_hour=rate), "2026-03-04T18:00:00+00:00", minutes) == credits


def test_each_quarter_hour_has_its_own_band_and_the_first_that_covers_it_wins() -> None:
    bands = (
        PriceBand("lunch", ("wednesday",), "12:00", "13:00", 20),
        PriceBand("day", WEEKDAYS, "09:00", "17:00", 10),
    )
    priced = gym_profile(price_bands=bands, credits_per_hour=4)
    assert price(priced, "2026-03-04T08:30:00+00:00", 60) == 7  # 2 + 5
    assert price(priced, "2026-03-04T11:45:00+00:00", 90) == 25  # 2.5 + 20 + 2.5
    assert price(priced, "2026-03-05T12:00:00+00:00", 60) == 10
    assert price(priced, "2026-03-04T16:45:00+00:00", 30) == 4  # 2.5 + 1, rounded up


def test_a_band_past_midnight_belongs_to_the_day_on_which_it_begins() -> None:
    priced = gym_profile(price_bands=(PriceBand("late", ("friday",), "22:00", "02:00", 2),), credits_per_hour=10)
    assert price(priced, "2026-03-06T21:00:00+00:00", 60) == 10
    assert price(priced, "2026-03-06T22:00:00+00:00", 240) == 8
    assert price(priced, "2026-03-07T02:00:00+00:00", 60) == 10
    assert price(priced, "2026-03-06T01:00:00+00:00", 60) == 10  # Friday's early hours are Thursday's night
    assert price(priced, "2026-03-07T22:00:00+00:00", 60) == 10


@pytest.mark.parametrize("to", ["24:00", "00:00"])
def test_a_band_may_end_with_its_day(to: str) -> None:
    priced = gym_profile(price_bands=(PriceBand("late", ("friday",), "23:00", to, 2),), credits_per_hour=10)
    assert price(priced, "2026-03-06T23:00:00+00:00", 60) == 2
    assert price(priced, "2026-03-07T00:00:00+00:00", 60) == 10


def test_the_band_is_that_of_the_wall_clock_on_the_days_of_the_change() -> None:
    priced = gym_profile(price_bands=(PriceBand("night", WEEKDAYS, "01:00", "02:00", 2),), credits_per_hour=10)
    assert price(priced, "2026-10-25T00:00:00+00:00", 120) == 4  # the hour from one to two, twice
    assert price(priced, "2026-10-25T00:00:00+00:00", 180) == 14
    assert price(priced, "2026-03-29T00:00:00+00:00", 120) == 20  # and never


def band(rate: int, begins: str = "00:00", ends: str = "24:00", weekdays: tuple[str, ...] = WEEKDAYS) -> PriceBand:
    return PriceBand("band", weekdays, begins, ends, rate)


def hours(*intervals: tuple[str, str], days: tuple[str, ...] = WEEKDAYS) -> dict[str, list[Interval]]:
    return {day: [Interval(*interval) for interval in intervals] for day in days}


@pytest.mark.parametrize(
    ("gym", "credits"),
    [
        ({"credits_per_hour": 10}, 10),
        ({"credits_per_hour": 1, "price_bands": (band(20),)}, 20),  # the base is in force at no time
        ({"credits_per_hour": 10, "price_bands": (band(12, "17:00", "20:00"),)}, 10),
        ({"credits_per_hour": 10, "price_bands": (band(2, "02:00", "04:00"),)}, 2),
        ({"price_bands": (band(2, "02:00", "04:00"),), "opening_hours": hours(("06:00", "22:00"))}, 8),
        ({"price_bands": (band(2, "21:30", "23:00"),), "opening_hours": hours(("06:00", "22:00"))}, 5),  # half of it
        ({"price_bands": (band(12, "06:00", "22:00"), band(2, "08:00", "10:00"))}, 8),  # shadowed
        ({"price_bands": (band(2, "12:00", "12:30"),)}, 5),  # half an hour of it and half an hour beside it
        ({"price_bands": (band(2, "12:00", "12:30"),), "slot_minutes": 60}, 5),
        ({"price_bands": (band(2, "12:00", "13:00"),), "min_duration": 120}, 5),
        ({"price_bands": (band(2, "12:00", "14:00"),), "min_duration": 120}, 2),
        ({"credits_per_hour": 7, "max_duration": 30}, 8),  # four for half an hour
        ({"credits_per_hour": 7, "max_duration": 45}, 8),  # six for 45 minutes
        ({"credits_per_hour": 1, "max_duration": 30, "slot_minutes": 15, "min_duration": 15}, 2),
        (
            {
                "price_bands": (band(2, "06:00", "07:00"),),
                "opening_hours": hours(("06:00", "06:45"), ("08:00", "22:00")),
            },
            8,
        ),
        (
            {"price_bands": (band(2, "06:00", "07:00"),), "opening_hours": hours(("06:00", "06:45"))},
            3,
        ),  # two for 45 min
        ({"opening_hours": hours(("06:00", "06:15"))}, 8),
        ({"opening_hours": {}}, 8),
        (
            {
                "price_bands": (band(2, weekdays=("sunday",)),),
                "opening_hours": hours(("06:00", "22:00"), days=("monday",)),
            },
            8,
        ),
        (
            {
                "price_bands": (band(2, "00:00", "01:00", ("monday",)),),
                "opening_hours": hours(("23:00", "01:00"), days=("sunday",)),
            },
            2,
        ),
        (
            {
                "price_bands": (band(2, "23:30", "00:30", ("sunday",)),),
                "opening_hours": hours(("23:00", "01:00"), days=("sunday",)),
            },
            2,
        ),
        (
            {
                "price_bands": (band(2, "00:00", "01:00", ("monday",)),),
                "opening_hours": hours(("23:00", "00:30"), days=("sunday",)),
            },
            5,
        ),
    ],
)
@pytest.mark.parametrize("zone", ["Europe/London", "America/Havana", "Australia/Lord_Howe"])
def test_the_lowest_price_is_of_an_hour_that_can_be_booked(gym: dict[str, Any], credits: int, zone: str) -> None:
    assert lowest_hourly_price(gym_profile(**gym, timezone=zone)) == credits


def test_utc_is_not_the_wall_clock() -> None:
    priced = gym_profile(
        timezone="Asia/Kathmandu",
        price_bands=(PriceBand("peak", WEEKDAYS, "18:00", "19:00", 12),),
        credits_per_hour=4,
    )
    start = datetime(2026, 3, 4, 12, 15, tzinfo=UTC)  # 18:00 in Kathmandu
    assert price_credits(priced, start, start + timedelta(hours=1)) == 12

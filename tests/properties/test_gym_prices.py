"""What a gym advertises is the price of the cheapest hour that its availability lists in a week."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gym.profile import WEEKDAYS, Interval, PriceBand
from gym.time.pricing import lowest_hourly_price
from gym.time.rules import bookable_starts
from gym.time.slots import Occupancy, days_of_local
from solo60 import clock
from tests.fakes.gyms import gym_profile

MONDAY = date(2026, 5, 4)
"""Of a week without a change of the clock, anywhere."""
WEEK = [MONDAY + timedelta(days=offset) for offset in range(7)]
FREE = Occupancy.of_days((day, {}) for day in days_of_local(MONDAY, 7))

clock_times = st.integers(0, 47).map(lambda halves: f"{halves // 2:02}:{halves % 2 * 30:02}")
intervals = st.builds(Interval, opens=clock_times, closes=clock_times)
bands = st.builds(
    PriceBand,
    name=st.just("band"),
    weekdays=st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=7).map(tuple),
    from_=clock_times,
    to=clock_times,
    credits_per_hour=st.integers(1, 30),
)


@given(
    zone=st.sampled_from(["Europe/London", "Asia/Kathmandu", "Pacific/Chatham", "America/Havana"]),
    week=st.dictionaries(st.sampled_from(WEEKDAYS), st.lists(intervals, max_size=2)),
    price_bands=st.lists(bands, max_size=3).map(tuple),
    slot=st.sampled_from([15, 30, 60]),
)
def test_the_advertised_price_is_that_of_the_cheapest_hour(
    zone: str, week: dict[str, list[Interval]], price_bands: tuple[PriceBand, ...], slot: int
) -> None:
    gym = gym_profile(timezone=zone, opening_hours=week, price_bands=price_bands, slot_minutes=slot, min_duration=60)
    with clock.at(datetime(2026, 5, 1, tzinfo=UTC)):
        prices = [proposal.price_credits for proposal in bookable_starts(gym, WEEK, 60, FREE)]
    if prices:
        assert lowest_hourly_price(gym) == min(prices)

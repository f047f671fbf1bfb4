"""The price of a session: credits per hour by local time, per slot, rounded up to whole credits; a gym's lowest."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from gym.opening_hours import is_open, local_grid_starts, minutes_of
from gym.profile import WEEKDAYS, GymProfile, PriceBand
from gym.time.slots import SLOT_MINUTES

SLOT = timedelta(minutes=SLOT_MINUTES)
SLOTS_PER_HOUR = 60 // SLOT_MINUTES
_A_MONDAY = date(2024, 1, 1)


def price_credits(gym: GymProfile, starts_at: datetime, ends_at: datetime) -> int:
    """Credits for [starts_at, ends_at). The local time at the start of a slot decides its rate."""
    zone = ZoneInfo(gym.timezone)
    quarters, begins = 0, starts_at
    while begins < ends_at:
        quarters += hourly_rate(gym, begins.astimezone(zone))
        begins += SLOT
    return -(-quarters // SLOTS_PER_HOUR)


def hourly_rate(gym: GymProfile, wall_clock: datetime) -> int:
    """Credits per hour at a local time: of the first price band that covers it, else the gym's own."""
    return next((band.credits_per_hour for band in gym.price_bands if _covers(band, wall_clock)), gym.credits_per_hour)


def lowest_hourly_price(gym: GymProfile) -> int:
    """Credits for the cheapest hour that can be booked in a week without a change of the clock.

    Where no session of one hour can be booked, it is the price of the sessions whose duration is nearest to an hour,
    for each hour. A gym that is never open long enough for any session has its own rate.
    """
    in_utc = replace(gym, timezone="UTC")  # the same wall clock, without changes
    week = [_A_MONDAY + timedelta(days=offset) for offset in range(len(WEEKDAYS))]
    starts = [start for day in week for start in local_grid_starts(in_utc, day)]
    for minutes in _durations(gym):
        ends = {start: start + timedelta(minutes=minutes) for start in starts}
        prices = [price_credits(in_utc, start, ends[start]) for start in starts if is_open(in_utc, start, ends[start])]
        if prices:
            return -(-min(prices) * 60 // minutes)
    return gym.credits_per_hour


def _durations(gym: GymProfile) -> list[int]:
    """The minutes that a session may last: an hour first, then shorter ones, then longer ones."""
    multiples = range(gym.slot_minutes, gym.max_duration + 1, gym.slot_minutes)
    return sorted(
        (each for each in multiples if each >= gym.min_duration), key=lambda each: (each > 60, abs(each - 60))
    )


def _covers(band: PriceBand, wall_clock: datetime) -> bool:
    minute = wall_clock.hour * 60 + wall_clock.minute
    begins, ends = minutes_of(band.from_), minutes_of(band.to)
    if begins < ends:
        return begins <= minute < ends and _weekday(wall_clock) in band.weekdays
    # A band that passes midnight belongs to the day on which it begins.
    if minute >= begins:
        return _weekday(wall_clock) in band.weekdays
    return minute < ends and _weekday(wall_clock - timedelta(days=1)) in band.weekdays


def _weekday(wall_clock: datetime) -> str:
    return WEEKDAYS[wall_clock.weekday()]

"""The price of a session: credits per hour by local time, per slot, rounded up to whole credits."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from gym.opening_hours import minutes_of
from gym.profile import WEEKDAYS, GymProfile, PriceBand
from gym.time.slots import SLOT_MINUTES

SLOT = timedelta(minutes=SLOT_MINUTES)
SLOTS_PER_HOUR = 60 // SLOT_MINUTES


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

"""A gym as rules see it: immutable, without keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property

from gym.records import Gym
from solo60 import clock

LONGEST_BUFFER = timedelta(hours=1)
"""That a gym may keep free between two sessions."""
LONGEST_DURATION = timedelta(hours=8)
"""That a gym may let a session last."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""In the order of `date.weekday()`."""


class GymStatus(StrEnum):
    """Whether a gym takes bookings."""

    ACTIVE = "active"
    MAINTENANCE = "maintenance"
    ARCHIVED = "archived"


@dataclass(frozen=True)
class Interval:
    """One stretch of opening on a weekday, by the gym's wall clock.

    Attributes
    ----------
    opens
        `HH:MM`.
    closes
        `HH:MM`; not after `opens` means the next day. `24:00` is the end of the day.
    """

    opens: str
    closes: str


@dataclass(frozen=True)
class PriceBand:
    """Another price at certain hours of certain weekdays.

    Attributes
    ----------
    weekdays
        On which it begins.
    from_, to
        `HH:MM` by the wall clock; a `to` that is not after `from_` is on the next day.
    credits_per_hour
        In force instead of the gym's own; the first band that covers a minute wins.
    """

    name: str
    weekdays: tuple[str, ...]
    from_: str
    to: str
    credits_per_hour: int


@dataclass(frozen=True)
class ClosedTime:
    """The time of a closure, [start, end)."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class GymProfile:
    """What booking needs to know of a gym. Durations are minutes, prices are credits.

    Attributes
    ----------
    address
        In one line.
    timezone
        IANA name; `opening_hours` and `price_bands` are wall clock there.
    opening_hours
        By weekday, `monday` to `sunday`.
    capacity
        People, the host included.
    slot_minutes
        The grid of starts, from local midnight.
    version
        Rises with every change.
    """

    id: str
    name: str
    address: str
    latitude: float
    longitude: float
    timezone: str
    opening_hours: dict[str, list[Interval]]
    capacity: int
    slot_minutes: int
    min_duration: int
    max_duration: int
    buffer_minutes: int
    booking_horizon_days: int
    minimum_notice_minutes: int
    cancellation_hours: int
    credits_per_hour: int
    price_bands: tuple[PriceBand, ...]
    requires_induction: bool
    status: GymStatus
    version: int
    closures: tuple[ClosedTime, ...] = ()

    def is_closed(self, start: datetime, end: datetime) -> bool:
        """Whether a closure has a part of [start, end)."""
        return any(closed.start < end and start < closed.end for closed in self.closures)

    @cached_property
    def intervals_by_day(self) -> dict[date, list[tuple[datetime, datetime]]]:
        """What `opening_intervals` has found so far: a list of two weeks asks for each day some three hundred times."""
        return {}


def profile_of(gym: Gym) -> GymProfile:
    """The profile of a stored gym."""
    return GymProfile(
        id=gym.id,
        name=gym.name,
        address=address_line(gym.address),
        latitude=float(gym.latitude),
        longitude=float(gym.longitude),
        timezone=gym.timezone,
        opening_hours={
            day: [Interval(interval["opens"], interval["closes"]) for interval in intervals]
            for day, intervals in gym.opening_hours.items()
        },
        capacity=int(gym.capacity),
        slot_minutes=int(gym.slot_minutes),
        min_duration=int(gym.min_duration),
        max_duration=int(gym.max_duration),
        buffer_minutes=int(gym.buffer_minutes),
        booking_horizon_days=int(gym.booking_horizon_days),
        minimum_notice_minutes=int(gym.minimum_notice_minutes),
        cancellation_hours=int(gym.cancellation_hours),
        credits_per_hour=int(gym.credits_per_hour),
        price_bands=tuple(
            PriceBand(
                name=band["name"],
                weekdays=tuple(band["weekdays"]),
                from_=band["from"],
                to=band["to"],
                credits_per_hour=int(band["credits_per_hour"]),
            )
            for band in gym.price_bands
        ),
        requires_induction=bool(gym.requires_induction),
        status=GymStatus(gym.status),
        version=int(gym.version),
        closures=tuple(
            ClosedTime(clock.from_rfc3339(closed["from"]), clock.from_rfc3339(closed["to"])) for closed in gym.closures
        ),
    )


def address_line(address: Mapping[str, str | None]) -> str:
    """An address in one line."""
    parts = (address.get(part) for part in ("line1", "line2", "city", "postcode", "country"))
    return ", ".join(part for part in parts if part)

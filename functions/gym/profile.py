"""A gym as the rules use it: immutable, without keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

LONGEST_BUFFER = timedelta(hours=1)
"""The longest buffer that a gym can have after each session."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""In the order of `date.weekday()`."""


class GymStatus(StrEnum):
    """Whether a gym takes bookings."""

    ACTIVE = "active"
    MAINTENANCE = "maintenance"
    ARCHIVED = "archived"


@dataclass(frozen=True)
class Interval:
    """One opening interval on a weekday, in the gym's local time.

    Attributes
    ----------
    opens
        `HH:MM`.
    closes
        `HH:MM`. If it is not after `opens`, it is on the next day. `24:00` is the end of the day.
    """

    opens: str
    closes: str


@dataclass(frozen=True)
class PriceBand:
    """A different price at some hours of some weekdays.

    Attributes
    ----------
    weekdays
        The weekdays on which it begins.
    from_, to
        `HH:MM` in local time. A `to` that is not after `from_` is on the next day.
    credits_per_hour
        Replaces the gym's own price. The first band that covers a minute applies.
    """

    name: str
    weekdays: tuple[str, ...]
    from_: str
    to: str
    credits_per_hour: int


@dataclass(frozen=True)
class GymProfile:
    """The data of a gym that bookings need. Durations are in minutes, prices in credits.

    Attributes
    ----------
    address
        In one line.
    timezone
        IANA name. `opening_hours` and `price_bands` are in its local time.
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

    @property
    def credits_from(self) -> int:
        """The lowest price per hour."""
        return min([self.credits_per_hour, *(band.credits_per_hour for band in self.price_bands)])

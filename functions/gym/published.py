"""What other services may use of gyms: the profile, its clock, where it stands, what its bookings depend on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gym.errors import GymNotFound
from gym.opening_hours import (
    Span,
    grid_starts_between,
    is_open,
    is_open_at,
    local_grid_starts,
    merged,
    minutes_of,
    on_grid,
    open_spans,
    opening_intervals,
)
from gym.places import covering, distance_metres
from gym.profile import LONGEST_BUFFER, WEEKDAYS, GymProfile, GymStatus, Interval, PriceBand
from gym.records import Gym, Induction
from gym.repository import GymRepository, check_version, gym_key, induction_key
from solo60.grants import Do, TableGrant
from solo60.transaction import Transaction

__all__ = [
    "CHECK",
    "LONGEST_BUFFER",
    "NEARBY",
    "READ",
    "WEEKDAYS",
    "GymNotFound",
    "GymProfile",
    "GymStatus",
    "Interval",
    "PriceBand",
    "Span",
    "grid_starts_between",
    "gym_key",
    "induction_key",
    "induction_valid_until",
    "is_open",
    "is_open_at",
    "local_grid_starts",
    "merged",
    "minutes_of",
    "nearby",
    "on_grid",
    "open_spans",
    "opening_intervals",
    "profile_of",
    "require_unchanged",
]

READ = TableGrant("gym", {Do.BATCH_GET})
"""To read `gym_key` and `induction_key` together with other records."""
CHECK = TableGrant("gym", {Do.CHECK})
"""For `require_unchanged`."""
NEARBY = TableGrant("gym", indexes={"by_place"})
"""For `nearby`."""

_NEARBY_QUERIES = 2
_NEARBY_READS = 200


def profile_of(record: Any) -> GymProfile:
    """The profile of a record that was read at `gym_key`."""
    gym: Gym = record
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
    )


def address_line(address: dict[str, Any]) -> str:
    """An address in one line."""
    parts = (address.get(part) for part in ("line1", "line2", "city", "postcode", "country"))
    return ", ".join(part for part in parts if part)


def require_unchanged(transaction: Transaction, gym: GymProfile) -> None:
    """Make `transaction` fail with `ConditionFailed` if the gym has changed since `gym` was read."""
    check_version(transaction, gym.id, gym.version)


def induction_valid_until(record: Any) -> datetime | None:
    """Until when, exclusively, a record read at `induction_key` lets its member book; None if it does not."""
    induction: Induction | None = record
    if induction is None or induction.status != "completed":
        return None
    return induction.valid_until


def nearby(
    latitude: float, longitude: float, *, radius_km: float, limit: int, exclude: str | None = None
) -> list[tuple[GymProfile, float]]:
    """The active gyms nearest to a point, with their distance in km, the nearest first; at most two queries.

    Parameters
    ----------
    radius_km
        How far, up to 100.
    limit
        How many.
    exclude
        The id of a gym that is not wanted.

    Notes
    -----
    It looks at some two hundred gyms at most: where more are that near, any of them will do.
    """
    ranges = covering(latitude, longitude, radius_km, most=_NEARBY_QUERIES)
    found = []
    for gym in GymRepository().in_ranges(ranges, most=_NEARBY_READS).gyms:
        metres = distance_metres(latitude, longitude, gym.latitude, gym.longitude)
        if gym.id != exclude and metres <= radius_km * 1000:
            found.append((round(metres), gym.id, gym))
    found.sort(key=lambda each: each[:2])
    return [(profile_of(gym), metres / 1000) for metres, _, gym in found[:limit]]

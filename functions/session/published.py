"""The session service's interface for other services."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from gym.published import LONGEST_BUFFER, GymProfile, grid_starts_between
from session.repository import SessionRepository
from session.rules import Proposal, is_bookable
from solo60 import clock
from solo60.grants import Do, TableGrant

__all__ = ["OCCUPANCY_READ", "bookable_gyms"]

OCCUPANCY_READ = TableGrant("session", {Do.BATCH_GET})
"""For `bookable_gyms`."""


def bookable_gyms(gyms: Sequence[GymProfile], window_start: datetime, window_end: datetime, duration: int) -> set[str]:
    """The ids of the gyms where a session of `duration` minutes inside the window can be booked.

    Parameters
    ----------
    gyms
        As read by the caller.
    window_start, window_end
        Aware. The session has to start and end inside the window. Starts after the booking horizons are not checked.
    duration
        Minutes.

    Returns
    -------
    set
        Ids. It costs one strong BatchGetItem per 100 gym-days: 20 gyms over 3 days are one.
    """
    now = clock.now()
    furthest = max((gym.booking_horizon_days for gym in gyms), default=0)
    first = max(window_start, now)
    last_start = min(window_end - timedelta(minutes=duration), now + timedelta(days=furthest))
    if first > last_start:
        return set()
    days = _days(first, last_start + timedelta(minutes=duration) + LONGEST_BUFFER)
    times = SessionRepository().gyms_time([gym.id for gym in gyms], days)
    return {
        gym.id
        for gym in gyms
        if any(
            is_bookable(Proposal(gym, start, duration), times[gym.id])
            for start in grid_starts_between(gym, first, last_start)
        )
    }


def _days(first: datetime, last: datetime) -> list[date]:
    start, end = first.astimezone(UTC).date(), last.astimezone(UTC).date()
    return [start + timedelta(days=offset) for offset in range((end - start).days + 1)]

"""The gyms that can be booked in a window: the last filter of a search."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from gym.opening_hours import grid_starts_between
from gym.profile import LONGEST_BUFFER, GymProfile
from gym.time.repository import GymTimeRepository
from gym.time.rules import Proposal, is_bookable
from gym.time.slots import days_touched
from solo60 import clock
from solo60.records import batch_get


def bookable_gyms(
    times: GymTimeRepository,
    gyms: Sequence[GymProfile],
    window_start: datetime,
    window_end: datetime,
    duration: int,
) -> set[str]:
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
    days = days_touched(first - LONGEST_BUFFER, last_start + timedelta(minutes=duration) + LONGEST_BUFFER)
    taken = times.occupancy(batch_get, [gym.id for gym in gyms], days)
    return {
        gym.id
        for gym in gyms
        if any(
            is_bookable(Proposal(gym, start, duration), taken[gym.id])
            for start in grid_starts_between(gym, first, last_start)
        )
    }

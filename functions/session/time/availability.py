"""The sessions that can be booked at a gym on some days."""

from __future__ import annotations

from datetime import date, timedelta

from gym.published import GymNotFound, GymTimeRepository, Proposal, bookable_starts, days_of_local
from solo60.records import batch_get


def availability(times: GymTimeRepository, gym_id: str, day: date, days: int, duration: int) -> list[Proposal]:
    """The bookable sessions of `duration` minutes that start on days of the gym's calendar, in order; one read.

    Parameters
    ----------
    day, days
        The first day, and how many.

    Raises
    ------
    GymNotFound
        There is no such gym.
    """
    found = times.find(batch_get, gym_id, days_of_local(day, days))
    if found is None:
        raise GymNotFound
    local_days = [day + timedelta(days=offset) for offset in range(days)]
    return list(bookable_starts(found.gym, local_days, duration, found.occupancy))

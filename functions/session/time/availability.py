"""The sessions that can be booked at a gym on a day."""

from __future__ import annotations

from datetime import date

from gym.published import GymNotFound, GymTimeRepository, Proposal, bookable_starts
from solo60.records import batch_get


def availability(times: GymTimeRepository, gym_id: str, day: date, duration: int) -> list[Proposal]:
    """The bookable sessions of `duration` minutes that start on a day of the gym's calendar, in order.

    Raises
    ------
    GymNotFound
        There is no such gym.
    """
    found = times.find(batch_get, gym_id, day)
    if found is None:
        raise GymNotFound
    return list(bookable_starts(found.gym, day, duration, found.occupancy))

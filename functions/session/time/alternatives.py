"""Alternatives to a start that cannot be booked: at the same gym first, then at gyms nearby."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import NamedTuple

from gym.published import (
    REACH,
    GymNotFound,
    GymProfile,
    GymRepository,
    GymTimeRepository,
    Occupancy,
    Proposal,
    Visit,
    days_around,
    grid_starts_between,
    induction_valid_until,
    is_bookable,
    nearby,
)
from session.rules import Booker, booker_failures
from solo60.records import batch_get

MOST = 5
FROM_SAME_GYM = 3
"""The minimum from the same gym, if it has so many. Gyms nearby give the rest, or this gym if they have none."""
NEARBY_KM = 10.0
NEARBY_GYMS = 4


class Alternative(NamedTuple):
    """Another session that can be booked.

    Attributes
    ----------
    distance_km
        From the requested gym; 0 at that gym.
    """

    proposal: Proposal
    distance_km: float


class Alternatives:
    """Finds other starts near one that cannot be booked."""

    def __init__(self, gyms: GymRepository, times: GymTimeRepository) -> None:
        self._gyms, self._times = gyms, times

    def near(self, gym_id: str, starts_at: datetime, duration: int) -> list[Alternative]:
        """Alternatives to a start, without regard to a member. The start itself is not one of them.

        Raises
        ------
        GymNotFound
            There is no such gym.
        """
        starts_at = starts_at.astimezone(UTC)
        here = self._times.find(batch_get, gym_id, days_around(starts_at))
        if here is None:
            raise GymNotFound
        return self.to(Proposal(here.gym, starts_at, duration), here.occupancy)

    def to(self, wanted: Proposal, gym_time: Occupancy, booker: Booker | None = None) -> list[Alternative]:
        """Up to five starts: this gym's, the nearest in time first, then the nearest in time of each gym nearby.

        Parameters
        ----------
        gym_time
            Of the requested gym, as already read.
        booker
            The member who books: what this member cannot book, for whatever reason, is left out. None for anybody.
        """
        others = (each for each in _closest(wanted.gym, wanted, gym_time, booker) if each.starts_at != wanted.starts_at)
        here = list(islice(others, MOST))
        elsewhere = self._elsewhere(wanted, booker)[: MOST - min(len(here), FROM_SAME_GYM)]
        return [*(Alternative(proposal, 0.0) for proposal in here[: MOST - len(elsewhere)]), *elsewhere]

    def _elsewhere(self, wanted: Proposal, booker: Booker | None) -> list[Alternative]:
        latitude, longitude = wanted.gym.latitude, wanted.gym.longitude
        others = nearby(self._gyms, latitude, longitude, radius_km=NEARBY_KM, limit=NEARBY_GYMS, exclude=wanted.gym.id)
        if not others:
            return []
        days = days_around(wanted.starts_at)
        user_id = None if booker is None else booker.user_id
        visits = self._times.visits(batch_get, [gym.id for gym, _ in others], days, user_id)
        found = [
            Alternative(proposal, distance)
            for gym, distance in others
            for proposal in islice(_closest(gym, wanted, visits[gym.id].occupancy, _at(booker, visits[gym.id])), 1)
        ]
        return sorted(found, key=lambda each: (abs(each.proposal.starts_at - wanted.starts_at), each.distance_km))


def _closest(gym: GymProfile, wanted: Proposal, gym_time: Occupancy, booker: Booker | None) -> Iterator[Proposal]:
    around = grid_starts_between(gym, wanted.starts_at - REACH, wanted.starts_at + REACH)
    for starts_at in sorted(around, key=lambda start: abs(start - wanted.starts_at)):
        proposal = Proposal(gym, starts_at, wanted.duration)
        if is_bookable(proposal, gym_time) and (booker is None or not any(booker_failures(proposal, booker))):
            yield proposal


def _at(booker: Booker | None, visit: Visit) -> Booker | None:
    """The member as the rules of another gym see them."""
    return None if booker is None else replace(booker, induction_valid_until=induction_valid_until(visit.induction))

"""Asking for inductions, and withdrawing that."""

from __future__ import annotations

from datetime import datetime, timedelta

from gym.errors import GymNotFound, InductionNotFound, InductionNotOpen, InductionOpen
from gym.events import InductionCancelled, InductionRequested
from gym.inductions.outcomes import close, induction_data
from gym.inductions.repository import InductionRepository, record_key
from gym.inductions.status import InductionStatus
from gym.profile import LONGEST_BUFFER, LONGEST_DURATION, GymProfile, profile_of
from gym.records import Induction
from gym.repository import check_version
from gym.time.repository import GymTimeRepository
from gym.time.rules import Proposal, gym_failures
from gym.time.slots import days_touched
from solo60 import clock
from solo60.events import publish
from solo60.ids import new_id
from solo60.problems import PreconditionFailed
from solo60.unit_of_work import UnitOfWork, Work

_HOUR = 60


def ask(
    uow: UnitOfWork,
    inductions: InductionRepository,
    times: GymTimeRepository,
    *,
    user_id: str,
    gym_id: str,
    starts_at: datetime,
) -> Induction:
    """Ask for an induction at a time, which nobody else can book from then on.

    Raises
    ------
    GymNotFound
        There is no such gym.
    InductionOpen
        The member has one at this gym that is still to come.
    GymNotActive, OffGrid, TooSoon, BeyondHorizon, GymClosed, SlotTaken
        The gym cannot be booked at this time.
    """
    induction_id = new_id()
    days = days_touched(starts_at - LONGEST_BUFFER, starts_at + LONGEST_DURATION + LONGEST_BUFFER)

    def act(work: Work) -> Induction:
        found = inductions.circumstances(work.read, user_id, gym_id, days)
        validity, now = found.validity, clock.now()
        if found.gym is None:
            raise GymNotFound
        # One that nobody has settled by its end is no reason to have no other.
        if validity is not None and validity.open_until is not None and validity.open_until > now:
            raise InductionOpen
        gym = profile_of(found.gym)
        proposal = Proposal(gym, starts_at, _duration(gym))
        for failure in gym_failures(proposal, found.occupancy):
            raise failure.refusal(failure.detail)
        times.claim(work, proposal, induction_id, found.occupancy)
        check_version(work, gym.id, gym.version)
        induction = _new(induction_id, user_id, proposal, now)
        inductions.add(work, induction)
        inductions.set_validity(
            work,
            validity,
            user_id=user_id,
            gym_id=gym_id,
            open_id=induction_id,
            open_until=proposal.ends_at,
            valid_until=None if validity is None else validity.valid_until,
        )
        publish(work, InductionRequested(**induction_data(induction)))
        return induction

    return uow.run(act)


def cancel(
    uow: UnitOfWork,
    inductions: InductionRepository,
    times: GymTimeRepository,
    *,
    user_id: str,
    induction_id: str,
    seen_version: int | None,
) -> Induction:
    """Cancel a member's own induction before it begins. One that is cancelled already is returned unchanged.

    Parameters
    ----------
    seen_version
        The version that the member has seen; None for any version.

    Raises
    ------
    InductionNotFound
        The member has no such induction.
    PreconditionFailed
        It is not, or at the commit no longer, the version that the member has seen.
    InductionNotOpen
        It has begun, or is completed or missed.
    """

    def act(work: Work) -> Induction:
        induction = inductions.find(work.read, induction_id)
        if induction is None or induction.user_id != user_id:
            raise InductionNotFound
        PreconditionFailed.unless_seen(seen_version, int(induction.version))
        if induction.status == InductionStatus.CANCELLED:
            return induction
        if induction.starts_at <= clock.now():
            raise InductionNotOpen("It has begun.")
        after = close(work, inductions, times, induction, InductionStatus.CANCELLED)
        publish(work, InductionCancelled(**induction_data(after)))
        return after

    return uow.run(act)


def _duration(gym: GymProfile) -> int:
    """Minutes of an induction: an hour, or as near to it as a session there may last."""
    step = gym.slot_minutes
    shortest, longest = -(-gym.min_duration // step) * step, gym.max_duration // step * step
    return min(max(shortest, _HOUR), longest)


def _new(induction_id: str, user_id: str, proposal: Proposal, now: datetime) -> Induction:
    key, gym = record_key(induction_id), proposal.gym
    return Induction(
        key.pk,
        key.sk,
        id=induction_id,
        user_id=user_id,
        gym_id=gym.id,
        gym_name=gym.name,
        timezone=gym.timezone,
        starts_at=proposal.starts_at,
        ends_at=proposal.starts_at + timedelta(minutes=proposal.duration),
        status=InductionStatus.REQUESTED.value,
        requested_at=now,
        version=1,
    )

"""How inductions end: completed, missed or cancelled."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypedDict

from gym.errors import GymNotFound, InductionNotFound, InductionNotOpen
from gym.events import InductionCompleted, InductionMissed
from gym.inductions.repository import InductionRepository
from gym.inductions.status import OPEN, InductionStatus
from gym.records import Induction
from gym.time.repository import GymTimeRepository
from solo60 import clock
from solo60.audit import differences
from solo60.events import publish
from solo60.problems import PreconditionFailed
from solo60.unit_of_work import UnitOfWork, Work


class InductionData(TypedDict):
    """What each event about an induction tells."""

    induction_id: str
    user_id: str
    gym_id: str
    gym_name: str
    timezone: str
    starts_at: datetime
    ends_at: datetime


def induction_data(induction: Induction) -> InductionData:
    """What each event about this induction tells."""
    return InductionData(
        induction_id=induction.id,
        user_id=induction.user_id,
        gym_id=induction.gym_id,
        gym_name=induction.gym_name,
        timezone=induction.timezone,
        starts_at=induction.starts_at,
        ends_at=induction.ends_at,
    )


def complete(
    uow: UnitOfWork,
    inductions: InductionRepository,
    times: GymTimeRepository,
    *,
    induction_id: str,
    seen_version: int | None,
) -> Induction:
    """Note that an induction has taken place. It is valid from now on, for as long as its gym says now.

    A longer validity of an earlier one stays.

    Parameters
    ----------
    seen_version
        The version that the caller has seen; None for any version.

    Raises
    ------
    InductionNotFound
        There is none.
    PreconditionFailed
        It is not, or at the commit no longer, the version that the caller has seen.
    InductionNotOpen
        It is completed, missed or cancelled already.
    """

    def act(work: Work) -> Induction:
        induction = _seen(work, inductions, induction_id, seen_version)
        after = close(work, inductions, times, induction, InductionStatus.COMPLETED)
        publish(work, InductionCompleted(**induction_data(after), valid_until=after.valid_until))
        return after

    return uow.run(act)


def miss(
    uow: UnitOfWork,
    inductions: InductionRepository,
    times: GymTimeRepository,
    *,
    induction_id: str,
    seen_version: int | None,
) -> Induction:
    """Note that the member does not come to an induction. Parameters and errors as for `complete`."""

    def act(work: Work) -> Induction:
        induction = _seen(work, inductions, induction_id, seen_version)
        after = close(work, inductions, times, induction, InductionStatus.MISSED)
        publish(work, InductionMissed(**induction_data(after)))
        return after

    return uow.run(act)


def close(
    work: Work,
    inductions: InductionRepository,
    times: GymTimeRepository,
    induction: Induction,
    status: InductionStatus,
) -> Induction:
    """End an induction that is open, as it was read: its member may ask for another one, and time to come is free.

    Raises
    ------
    InductionNotOpen
        It has ended already.
    """
    if induction.status not in OPEN:
        raise InductionNotOpen(f"It is {induction.status}.")
    gym, validity = inductions.gym_and_validity(work.read, induction)
    if gym is None:
        raise GymNotFound
    now = clock.now()
    values: dict[str, object] = {"status": status.value}
    valid_until = None if validity is None else validity.valid_until
    if status is InductionStatus.COMPLETED:
        ends = now + timedelta(days=int(gym.induction_valid_days))
        valid_until = ends if valid_until is None else max(ends, valid_until)
        values |= {"completed_at": now, "valid_until": valid_until}
    # One that takes place keeps its time to the end. What is over is not touched: its days may be removed already.
    takes_place = status is InductionStatus.COMPLETED and induction.starts_at <= now
    if induction.ends_at > now and not takes_place:
        times.release(work, induction.gym_id, induction.starts_at, induction.ends_at, induction.id)
    other = validity if validity is not None and validity.open_id != induction.id else None
    inductions.set_validity(
        work,
        validity,
        user_id=induction.user_id,
        gym_id=induction.gym_id,
        open_id=None if other is None else other.open_id,
        open_until=None if other is None else other.open_until,
        valid_until=valid_until,
    )
    work.record_change("induction", induction.id, differences({"status": induction.status}, {"status": status.value}))
    return inductions.change(work, induction, values)


def _seen(work: Work, inductions: InductionRepository, induction_id: str, seen_version: int | None) -> Induction:
    """An induction that is to end, if the caller has seen it as it is."""
    induction = inductions.find(work.read, induction_id)
    if induction is None:
        raise InductionNotFound
    PreconditionFailed.unless_seen(seen_version, int(induction.version))
    return induction

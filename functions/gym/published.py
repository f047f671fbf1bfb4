"""The gym service's interface for other services: gyms, their time, and what a booking depends on.

A booking reads `gym_key` and `gym_days` in its batch read, judges the gym's rules with `gym_failures`, and adds the
slot claim and the check of the gym's version to its own transaction::

    found = work.read(gym_key(gym_id), *gym_days(gym_id, days))
    times.claim(work, proposal, holder=session_id)
    require_unchanged(work, gym)
"""

from __future__ import annotations

from datetime import datetime

from gym.closures.repository import ClosureRepository, ClosureStatus, closure_key
from gym.errors import (
    BeyondHorizon,
    GymClosed,
    GymNotActive,
    GymNotFound,
    OffGrid,
    SlotTaken,
    TooLong,
    TooShort,
    TooSoon,
)
from gym.nearby import nearby
from gym.opening_hours import grid_starts_between
from gym.profile import LONGEST_BUFFER, GymProfile, profile_of
from gym.records import Closure, Gym, InductionValidity, Review, SlotDay
from gym.repository import GymRepository, check_version, gym_key, induction_key
from gym.review_repository import ReviewRepository, owner_of_picture, review_key
from gym.time.repository import GymTimeRepository, Visit, gym_days, occupancy_of
from gym.time.rules import Failure, Proposal, bookable_starts, extension_failures, gym_failures, is_bookable
from gym.time.slot_claims import HeldTime, claim, release
from gym.time.slots import REACH, Occupancy, days_around, days_of_local, days_touched, temporary_holder
from solo60.grants import Do, TableGrant
from solo60.transaction import Transaction

__all__ = [
    "ADD_REVIEW",
    "CHANGE_REVIEW",
    "CHECK",
    "CLAIM",
    "COUNT_CANCELLED",
    "LONGEST_BUFFER",
    "NEARBY",
    "QUERY_DAYS",
    "REACH",
    "READ",
    "RELEASE",
    "REMOVE_REVIEW",
    "BeyondHorizon",
    "Closure",
    "ClosureRepository",
    "ClosureStatus",
    "Failure",
    "Gym",
    "GymClosed",
    "GymNotActive",
    "GymNotFound",
    "GymProfile",
    "GymRepository",
    "GymTimeRepository",
    "HeldTime",
    "Occupancy",
    "OffGrid",
    "Proposal",
    "Review",
    "ReviewRepository",
    "SlotDay",
    "SlotTaken",
    "TooLong",
    "TooShort",
    "TooSoon",
    "Visit",
    "bookable_starts",
    "claim",
    "closure_key",
    "days_around",
    "days_of_local",
    "days_touched",
    "extension_failures",
    "grid_starts_between",
    "gym_days",
    "gym_failures",
    "gym_key",
    "induction_key",
    "induction_valid_until",
    "is_bookable",
    "nearby",
    "occupancy_of",
    "owner_of_picture",
    "profile_of",
    "release",
    "require_unchanged",
    "review_key",
    "temporary_holder",
]

READ = TableGrant("gym", {Do.BATCH_GET})
"""To read `gym_key`, `gym_days` and `induction_key` together with other records."""
CHECK = TableGrant("gym", {Do.CHECK})
"""For `require_unchanged`."""
CLAIM = TableGrant("gym", {Do.UPDATE, Do.CHECK})
"""For `GymTimeRepository.claim`."""
RELEASE = TableGrant("gym", {Do.UPDATE})
"""For `GymTimeRepository.release`."""
ADD_REVIEW = TableGrant("gym", {Do.PUT, Do.UPDATE})
"""For `ReviewRepository.add`."""
CHANGE_REVIEW = TableGrant("gym", {Do.UPDATE})
"""For `ReviewRepository.change` and `take_down`."""
REMOVE_REVIEW = TableGrant("gym", {Do.UPDATE, Do.DELETE})
"""For `ReviewRepository.remove`."""
NEARBY = TableGrant("gym", indexes={"by_place"})
"""For `nearby`."""


QUERY_DAYS = TableGrant("gym", {Do.QUERY})
"""For `GymTimeRepository.holders`."""
COUNT_CANCELLED = TableGrant("gym", {Do.BATCH_GET, Do.UPDATE})
"""For `ClosureRepository.count_cancelled` and `finish`."""


def require_unchanged(transaction: Transaction, gym: GymProfile) -> None:
    """Make `transaction` fail with `ConditionFailed` if the gym has changed since `gym` was read."""
    check_version(transaction, gym.id, gym.version)


def induction_valid_until(validity: InductionValidity | None) -> datetime | None:
    """Until when, exclusively, a record read at `induction_key` lets its member book; None if it does not."""
    return None if validity is None else validity.valid_until

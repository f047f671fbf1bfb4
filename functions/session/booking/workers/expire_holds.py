"""Ends the holds of a member that have expired."""

from __future__ import annotations

from gym import published as gym
from session.booking.holding import HoldKeeper
from session.hold_repository import EXPIRY
from solo60.due import DueItem
from solo60.grants import Do, TableGrant
from solo60.unit_of_work import UnitOfWork
from solo60.workers import worker


@worker(EXPIRY.queue, grants=(TableGrant("session", {Do.BATCH_GET, Do.UPDATE}), gym.READ, gym.RELEASE))
def handler(item: DueItem, uow: UnitOfWork, keeper: HoldKeeper) -> None:
    """Remove a member's expired holds, and what they still have of their time."""
    keeper.expire(uow, item.id)

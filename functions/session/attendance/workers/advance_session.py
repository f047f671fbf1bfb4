"""Makes the steps that are due to a session."""

from __future__ import annotations

from gym import published as gym
from session.attendance.verdicts import Attendance
from session.due import SESSIONS_DUE
from solo60.due import DueItem
from solo60.grants import Do, TableGrant
from solo60.unit_of_work import UnitOfWork
from solo60.workers import worker


@worker(SESSIONS_DUE.queue, grants=(TableGrant("session", {Do.BATCH_GET, Do.PUT, Do.UPDATE}), gym.READ))
def handler(item: DueItem, uow: UnitOfWork, attendance: Attendance) -> None:
    """Send reminders, tell of a session that has not ended, and judge who did not come."""
    attendance.advance(uow, item.id)

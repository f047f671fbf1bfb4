"""Sends members with an expired hold to the worker."""

from __future__ import annotations

from session.hold_repository import EXPIRY
from session.records import MemberHolds
from solo60.background import Deadline
from solo60.grants import QueueGrant, TableGrant
from solo60.jobs import job


@job("rate(1 minute)", grants=(TableGrant("session", indexes={"by_due"}), QueueGrant(EXPIRY.queue)))
def handler(deadline: Deadline) -> int:
    """Send a message for each member with a hold that has expired."""
    return EXPIRY.dispatch(MemberHolds.by_due, deadline.at)

"""Sends registrations that nobody has verified to the worker."""

from __future__ import annotations

from auth.records import Registration
from auth.registration.repository import REMOVAL
from solo60.background import Deadline
from solo60.grants import QueueGrant, TableGrant
from solo60.jobs import job


@job(
    "rate(5 minutes)",
    grants=(TableGrant("auth", indexes={"by_due"}), QueueGrant(REMOVAL.queue)),
)
def handler(deadline: Deadline) -> int:
    """Send a message for each registration that has waited for its code for seven days."""
    return REMOVAL.dispatch(Registration.by_due, deadline.at)

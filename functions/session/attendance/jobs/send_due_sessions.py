"""Sends sessions with something due to the worker."""

from __future__ import annotations

from session.due import SESSIONS_DUE
from session.records import Session
from solo60.background import Deadline
from solo60.grants import QueueGrant, TableGrant
from solo60.jobs import job


@job("rate(1 minute)", grants=(TableGrant("session", indexes={"by_due"}), QueueGrant(SESSIONS_DUE.queue)))
def handler(deadline: Deadline) -> int:
    """Send a message for each session with a step that is due."""
    return SESSIONS_DUE.dispatch(Session.by_due, deadline.at)

"""Sends files for which a step is due to the worker."""

from __future__ import annotations

from solo60.background import Deadline
from solo60.grants import QueueGrant, TableGrant
from solo60.jobs import job
from storage.records import StoredFile
from storage.repository import TIDY


@job("rate(1 minute)", grants=(TableGrant("storage", indexes={"by_due"}), QueueGrant(TIDY.queue)))
def handler(deadline: Deadline) -> int:
    """Send a message for each file for which a step is due."""
    return TIDY.dispatch(StoredFile.by_due, deadline.at)

"""Sends accounts with expired credits to the worker."""

from __future__ import annotations

from payment.ledger.repository import EXPIRY
from payment.records import Account
from solo60.background import Deadline
from solo60.grants import QueueGrant, TableGrant
from solo60.jobs import job


@job(
    "rate(1 minute)",
    grants=(TableGrant("payment", indexes={"by_due"}), QueueGrant(EXPIRY.queue)),
)
def handler(deadline: Deadline) -> int:
    """Send a message for each account that has credits to expire."""
    return EXPIRY.dispatch(Account.by_due, deadline.at)

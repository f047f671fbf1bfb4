"""Sends purchases that may still be paid to the worker."""

from __future__ import annotations

from payment.purchases.repository import CHECK
from payment.records import Purchase
from solo60.background import Deadline
from solo60.grants import QueueGrant, TableGrant
from solo60.jobs import job


@job(
    "rate(1 minute)",
    grants=(TableGrant("payment", indexes={"by_due"}), QueueGrant(CHECK.queue)),
)
def handler(deadline: Deadline) -> int:
    """Send a message for each purchase that Stripe has to be asked about."""
    return CHECK.dispatch(Purchase.by_due, deadline.at)

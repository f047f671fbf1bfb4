"""Expires credits."""

from __future__ import annotations

from payment.expiry import Expiry
from solo60.grants import Do, TableGrant
from solo60.queues import job


@job(
    "rate(1 hour)",
    grants=(TableGrant("payment", {Do.QUERY, Do.GET, Do.PUT, Do.UPDATE}, indexes={"by_due"}),),
    timeout_seconds=300,
)
def handler(expiry: Expiry) -> int:
    """Remove expired credits from the accounts and record it in the ledger."""
    return expiry.run()

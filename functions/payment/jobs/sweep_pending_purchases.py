"""Checks pending purchases with Stripe."""

from __future__ import annotations

from payment.settlement import GRANTS
from payment.stripe_gateway import GRANTS as STRIPE
from payment.sweep import Sweep
from solo60.grants import Do, TableGrant
from solo60.queues import job


@job(
    "rate(5 minutes)",
    grants=(TableGrant("payment", {Do.QUERY, Do.GET}, indexes={"by_due"}), *GRANTS, *STRIPE),
    timeout_seconds=240,
)
def handler(sweep: Sweep) -> int:
    """Settle purchases that have been pending for 15 minutes, and abandon them after 24 hours."""
    return sweep.run()

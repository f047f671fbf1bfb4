"""Applies queued Stripe events."""

from __future__ import annotations

from payment.payment_intent import QUEUE, StripeEvent
from payment.settlement import NEEDS, Settlement
from solo60.queues import worker


@worker(QUEUE, needs=NEEDS)
def handler(event: StripeEvent, settlement: Settlement) -> None:
    """Move credits for a paid purchase, or note that it was not paid, once for an event."""
    settlement.apply(event)

"""Applies queued Stripe events."""

from __future__ import annotations

from payment.payment_intent import QUEUE, StripeEvent
from payment.settlement import GRANTS, Settlement
from solo60.queues import worker
from solo60.unit_of_work import UnitOfWork


@worker(QUEUE, grants=GRANTS)
def handler(event: StripeEvent, uow: UnitOfWork, settlement: Settlement) -> None:
    """Add the credits of a paid purchase, or mark it as failed, once per event."""
    settlement.apply(uow, event)

"""Applies queued Stripe events."""

from __future__ import annotations

from payment.ledger import Ledger
from payment.payment_intent import QUEUE, StripeEvent
from payment.repository import PurchaseRepository
from payment.settlement import GRANTS, apply
from solo60.queues import worker
from solo60.unit_of_work import UnitOfWork


@worker(QUEUE, grants=GRANTS)
def handler(event: StripeEvent, uow: UnitOfWork, purchases: PurchaseRepository, ledger: Ledger) -> None:
    """Add the credits of a paid purchase, or mark it as failed, once per event."""
    apply(uow, purchases, ledger, event)

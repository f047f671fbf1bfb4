"""Applies queued Stripe events."""

from __future__ import annotations

from payment.ledger.credits import Ledger
from payment.purchases.repository import PurchaseRepository
from payment.purchases.settlement import GRANTS, apply
from payment.stripe.payment_intent import QUEUE, StripeEvent
from solo60.unit_of_work import UnitOfWork
from solo60.workers import worker


@worker(QUEUE, grants=GRANTS)
def handler(event: StripeEvent, uow: UnitOfWork, purchases: PurchaseRepository, ledger: Ledger) -> None:
    """Add the credits of a paid purchase, or mark it as failed, once per event."""
    apply(uow, purchases, ledger, event)

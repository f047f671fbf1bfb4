"""Asks Stripe about a purchase that is due."""

from __future__ import annotations

from payment.ledger.credits import Ledger
from payment.purchases.repository import CHECK, PurchaseRepository
from payment.purchases.settlement import GRANTS
from payment.purchases.sweep import check
from payment.stripe.gateway import GRANTS as STRIPE
from payment.stripe.gateway import StripeGateway
from solo60.due import DueItem
from solo60.unit_of_work import UnitOfWork
from solo60.workers import worker


@worker(CHECK.queue, grants=(*GRANTS, *STRIPE), timeout_seconds=60, max_concurrency=5)
def handler(
    item: DueItem,
    uow: UnitOfWork,
    purchases: PurchaseRepository,
    ledger: Ledger,
    stripe: StripeGateway,
) -> None:
    """Settle a purchase that has been pending for 15 minutes, and abandon it after 24 hours."""
    check(uow, purchases, ledger, stripe, item.id)

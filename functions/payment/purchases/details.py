"""One purchase, for its member: as Stripe says it is, where its event takes long or was lost."""

from __future__ import annotations

from datetime import timedelta

from payment.errors import PurchaseNotFound
from payment.ledger.credits import Ledger
from payment.purchases.repository import PurchaseRepository
from payment.purchases.sweep import settle_as_stripe_says
from payment.records import Purchase
from payment.stripe.gateway import StripeGateway
from solo60 import clock, observability
from solo60.failures import LoggableError
from solo60.problems import Problem
from solo60.records import batch_get
from solo60.retry import ConditionFailed
from solo60.unit_of_work import UnitOfWork

ASK_AFTER = timedelta(seconds=5)
"""Stripe's event mostly comes sooner."""
ASK_EVERY = timedelta(minutes=1)


def purchase_of(
    uow: UnitOfWork,
    purchases: PurchaseRepository,
    ledger: Ledger,
    stripe: StripeGateway,
    *,
    user_id: str,
    purchase_id: str,
) -> Purchase:
    """A member's own purchase. Stripe is asked about one that has been open for some seconds, at most once a minute.

    Raises
    ------
    PurchaseNotFound
        The member has no such purchase.
    """
    purchase = purchases.find(batch_get, purchase_id)
    if purchase is None or purchase.user_id != user_id:
        raise PurchaseNotFound
    if purchase.stripe_payment_id is None or not _is_worth_asking(purchase):
        return purchase
    try:
        purchases.mark_asked(purchase_id, unless_since=clock.now() - ASK_EVERY)
        settle_as_stripe_says(uow, purchases, ledger, stripe, purchase.stripe_payment_id)
    except ConditionFailed:
        pass  # It was asked, or the purchase closed, since the read.
    except (Problem, LoggableError) as error:
        observability.log_failure("purchase not refreshed", error, purchase_id=purchase_id)
        return purchase
    return purchases.find(batch_get, purchase_id) or purchase


def _is_worth_asking(purchase: Purchase) -> bool:
    now = clock.now()
    asked_long_ago = purchase.asked_at is None or purchase.asked_at <= now - ASK_EVERY
    return purchase.is_open and purchase.created_at <= now - ASK_AFTER and asked_long_ago

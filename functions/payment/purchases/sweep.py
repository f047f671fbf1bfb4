"""The sweep: checks purchases that may still be paid with Stripe, and abandons them after 24 hours.

It handles webhooks that were never delivered, responses that were lost after a charge, and functions that died between
two steps. It settles purchases with the same code as webhooks.
"""

from __future__ import annotations

from datetime import timedelta

from payment.ledger.credits import Ledger
from payment.purchases import settlement
from payment.purchases.buying import UNUSABLE
from payment.purchases.repository import CHECK, CHECK_AFTER, PurchaseRepository
from payment.records import Purchase
from payment.stripe.gateway import NotPossible, StripeGateway, UnusablePaymentMethod
from payment.stripe.payment_intent import PaymentIntent
from solo60 import clock
from solo60.records import batch_get
from solo60.unit_of_work import UnitOfWork, Work

GIVE_UP_AFTER = timedelta(hours=24)
CHECK_AFTER_THE_DAY = timedelta(hours=1)
"""For payments that are being processed, which cannot be cancelled."""
ABANDONED = "The payment was not completed within 24 hours."


def check(
    uow: UnitOfWork,
    purchases: PurchaseRepository,
    ledger: Ledger,
    stripe: StripeGateway,
    purchase_id: str,
) -> None:
    """Ask Stripe about a purchase that is due, and settle it if Stripe knows how it ended.

    A second check of the same purchase, also at the same time, asks nothing: the first one has moved its time.
    """
    purchase = uow.run(lambda work: _schedule_next_check(work, purchases, purchase_id))
    if purchase is None:
        return
    over = clock.now() - purchase.created_at >= GIVE_UP_AFTER
    try:
        intent = _payment_of(uow, purchases, stripe, purchase, over=over)
    except UnusablePaymentMethod:
        settlement.give_up(uow, purchases, purchase.id, reason=UNUSABLE)
        return
    if intent is None:
        settlement.give_up(uow, purchases, purchase.id, reason=ABANDONED)
        return
    if over and intent.status not in {"succeeded", "canceled", "processing"}:
        try:
            intent = stripe.cancel(purchase, intent.id)
        except NotPossible:
            intent = stripe.find(intent.id)
    _settle(uow, purchases, ledger, intent, over=over)


def settle_as_stripe_says(
    uow: UnitOfWork, purchases: PurchaseRepository, ledger: Ledger, stripe: StripeGateway, payment_id: str
) -> None:
    """Settle the purchase of a payment by one question to Stripe, for somebody who waits.

    Raises
    ------
    StripeUnavailable
        Stripe does not respond.
    PaymentMismatch
        The payment differs from the purchase.
    """
    _settle(uow, purchases, ledger, stripe.find(payment_id, retries=0), over=False)


def _schedule_next_check(work: Work, purchases: PurchaseRepository, purchase_id: str) -> Purchase | None:
    """Schedule the next check, each with twice the delay, and one when the day is over. None if it is not due."""
    purchase = purchases.find(work.read, purchase_id)
    if purchase is None or not CHECK.is_due(purchase.by_due_sk):
        return None
    age = clock.now() - purchase.created_at
    left = GIVE_UP_AFTER - age
    wait = min(max(age, CHECK_AFTER), left) if left > timedelta() else CHECK_AFTER_THE_DAY
    purchases.schedule_check(work, purchase, clock.now() + wait)
    return purchase


def _payment_of(
    uow: UnitOfWork, purchases: PurchaseRepository, stripe: StripeGateway, purchase: Purchase, *, over: bool
) -> PaymentIntent | None:
    if purchase.stripe_payment_id is not None:
        return stripe.find(purchase.stripe_payment_id)
    if over:
        return None
    # The response to our first call was lost. A call with the same keys returns it or creates the payment; neither
    # can charge. It has the state at creation, so the current state is read again.
    known = purchases.customer_of(batch_get, purchase.user_id)
    customer = known or stripe.customer(purchase.user_id)
    made = stripe.payment(purchase, customer)
    uow.run(
        lambda work: purchases.record_payment(
            work,
            purchase,
            stripe_payment_id=made.id,
            client_secret=made.client_secret,
            stripe_customer_id=None if known else customer,
        )
    )
    return stripe.find(made.id)


def _settle(
    uow: UnitOfWork, purchases: PurchaseRepository, ledger: Ledger, intent: PaymentIntent, *, over: bool
) -> None:
    if intent.status == "succeeded":
        settlement.settle_paid(uow, purchases, ledger, intent, paid_at=clock.now())
    elif intent.status == "canceled":
        settlement.settle_canceled(uow, purchases, intent, reason=ABANDONED if over else settlement.CANCELLED)
    elif intent.status == "requires_payment_method" and intent.last_payment_error is not None:
        settlement.settle_failed(uow, purchases, intent, at=clock.now().replace(microsecond=0))

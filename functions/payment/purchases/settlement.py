"""Settlement: applies the outcome of payments to purchases, each once, in whatever order Stripe's events arrive.

Webhook events and the sweep both use it. A success is final. A failure may still become a success, because a member can
pay a failed payment with another card, until the payment is cancelled.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from payment.events import CreditsPurchased, PaymentFailed
from payment.ledger.credits import Ledger
from payment.purchases.repository import Failure, PurchaseRepository
from payment.records import CreditLot, Purchase
from payment.stripe.payment_intent import CANCELED, FAILED, SUCCEEDED, PaymentIntent, StripeEvent
from solo60 import correlation, observability
from solo60.events import publish
from solo60.failures import LoggableError
from solo60.grants import Do, TableGrant
from solo60.inbox import InboxMark
from solo60.unit_of_work import UnitOfWork, Work

GRANTS = (TableGrant("payment", {Do.BATCH_GET, Do.PUT, Do.UPDATE}),)

VALID_FOR = timedelta(days=365)
CONSUMER = "apply-stripe-event"
MAX_FAILURES_TOLD = 50
"""Of one purchase: whoever tries more cards is not a member who mistyped."""
CANCELLED = "The payment was cancelled."


class PurchaseNotThere(LoggableError):
    """The event's purchase does not exist yet; the queue delivers the event again."""


class PaymentMismatch(LoggableError):
    """A payment does not match its purchase. It is not applied; an operator has to look at it."""


def apply(uow: UnitOfWork, purchases: PurchaseRepository, ledger: Ledger, event: StripeEvent) -> None:
    """Apply a verified webhook event. An event that is applied or outdated changes nothing.

    Raises
    ------
    PurchaseNotThere
        Its purchase does not exist yet.
    PaymentMismatch
        Amount, currency, member or payment differ from the purchase.
    AlreadyApplied
        The event was applied before.
    """
    once = uow.guarded(InboxMark("payment", CONSUMER, event.id))
    if event.type == SUCCEEDED:
        settle_paid(once, purchases, ledger, event.intent, paid_at=event.created)
    elif event.type == FAILED:
        settle_failed(once, purchases, event.intent, at=event.created)
    elif event.type == CANCELED:
        settle_canceled(once, purchases, event.intent, reason=CANCELLED)


def settle_paid(
    uow: UnitOfWork,
    purchases: PurchaseRepository,
    ledger: Ledger,
    intent: PaymentIntent,
    *,
    paid_at: datetime,
) -> None:
    """Add the credits of a paid purchase, once. They are valid for 365 days from `paid_at`.

    Raises
    ------
    PurchaseNotThere, PaymentMismatch, AlreadyApplied
        As for `apply`.
    """
    ids = intent.purchase
    if ids is None:
        return

    def act(work: Work) -> int:
        found, account = purchases.find_with_account(work.read, *ids)
        purchase = _matching(found, intent)
        if purchase.status == "succeeded":
            return 0
        _require_paid(purchase, intent)
        with _work_of(purchase):
            purchases.succeed(work, purchase, stripe_payment_id=intent.id)
            ledger.credit(
                work,
                user_id=purchase.user_id,
                account=account,
                type="purchase",
                lots={purchase.id: CreditLot("demand", int(purchase.credits), paid_at + VALID_FOR)},
                reference=purchase.id,
                description=purchase.package_name,
                stripe_payment_id=intent.id,
            )
            _tell_paid(work, purchase)
        return int(purchase.credits)

    credits = uow.run(act)
    if credits:
        observability.count("CreditsSold", credits)


def _require_paid(purchase: Purchase, intent: PaymentIntent) -> None:
    if intent.status != "succeeded" or intent.amount_received not in {None, purchase.price_amount}:
        raise PaymentMismatch(f"{intent.id} is {intent.status} with {intent.amount_received} received")


def _tell_paid(work: Work, purchase: Purchase) -> None:
    publish(
        work,
        CreditsPurchased(
            user_id=purchase.user_id,
            purchase_id=purchase.id,
            package_name=purchase.package_name,
            credits=int(purchase.credits),
            price=purchase.price,
        ),
    )


def settle_failed(uow: UnitOfWork, purchases: PurchaseRepository, intent: PaymentIntent, *, at: datetime) -> None:
    """Mark a purchase as failed, and tell the member: about each failure once. Never changes a success.

    Parameters
    ----------
    at
        When it failed. The purchase shows the latest failure, in whatever order they arrive.

    Raises
    ------
    PurchaseNotThere, PaymentMismatch, AlreadyApplied
        As for `apply`.
    """
    ids = intent.purchase
    if ids is None:
        return
    failure = Failure(intent.failure_id, intent.failure, at)

    def act(work: Work) -> None:
        purchase = _matching(purchases.find(work.read, ids[0]), intent)
        with _work_of(purchase):
            _fail(work, purchases, purchase, failure, payment_id=intent.id)

    uow.run(act)


def settle_canceled(uow: UnitOfWork, purchases: PurchaseRepository, intent: PaymentIntent, *, reason: str) -> None:
    """Close a purchase whose payment was cancelled: it can no longer be paid. Never changes a success.

    Raises
    ------
    PurchaseNotThere, PaymentMismatch, AlreadyApplied
        As for `apply`.
    """
    ids = intent.purchase
    if ids is None:
        return

    def act(work: Work) -> None:
        purchase = _matching(purchases.find(work.read, ids[0]), intent)
        _close(work, purchases, purchase, reason=reason)

    uow.run(act)


def decline(
    uow: UnitOfWork, purchases: PurchaseRepository, purchase_id: str, failure: Failure, *, payment_id: str
) -> None:
    """Record that Stripe declined a payment in its answer, and let the request's retry key start another purchase."""

    def act(work: Work) -> None:
        purchase = purchases.find(work.read, purchase_id)
        if purchase is not None and purchase.status != "succeeded":
            _fail(work, purchases, purchase, failure, payment_id=payment_id)
            purchases.forget_retry(work, purchase)

    uow.step(act)


def give_up(
    uow: UnitOfWork, purchases: PurchaseRepository, purchase_id: str, *, reason: str, forget_retry: bool = False
) -> None:
    """Close a purchase that can never be paid. Never changes a success.

    Parameters
    ----------
    forget_retry
        Delete its retry key, so that it can start another purchase. Only for the request that has the key.
    """

    def act(work: Work) -> None:
        purchase = purchases.find(work.read, purchase_id)
        if purchase is not None and purchase.is_open:
            _close(work, purchases, purchase, reason=reason)
            if forget_retry:
                purchases.forget_retry(work, purchase)

    uow.step(act)


def _fail(
    work: Work,
    purchases: PurchaseRepository,
    purchase: Purchase,
    failure: Failure,
    *,
    payment_id: str,
) -> None:
    told = purchase.told or ()
    if purchase.status == "succeeded" or failure.id in told or len(told) >= MAX_FAILURES_TOLD:
        return
    purchases.fail(work, purchase, failure, stripe_payment_id=payment_id)
    publish(
        work,
        PaymentFailed(
            user_id=purchase.user_id,
            purchase_id=purchase.id,
            package_name=purchase.package_name,
            price=purchase.price,
            reason=failure.reason,
        ),
    )


def _close(work: Work, purchases: PurchaseRepository, purchase: Purchase, *, reason: str) -> None:
    if purchase.is_open:
        purchases.close(work, purchase, reason=reason)


def _work_of(purchase: Purchase) -> AbstractContextManager[str]:
    """The correlation id of the request that started the purchase, as a context."""
    return correlation.following(purchase.correlation_id or correlation.current())


def _matching(purchase: Purchase | None, intent: PaymentIntent) -> Purchase:
    if purchase is None:
        raise PurchaseNotThere(intent.metadata["purchase_id"])
    said = (intent.amount, intent.currency.upper(), intent.metadata.get("user_id"))
    ours = (purchase.price_amount, purchase.price_currency.upper(), purchase.user_id)
    if said != ours or purchase.stripe_payment_id not in {None, intent.id}:
        observability.count("PaymentMismatch")
        raise PaymentMismatch(f"{intent.id} is not the payment of purchase {purchase.id}: {said} is not {ours}")
    return purchase

"""Buying a pack. The purchase is stored before Stripe is called, and a repeated request is not a second purchase.

No credits are added here. Even after a successful charge, the credits are added by Stripe's event or by the sweep,
through `settlement`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from payment.errors import PackageNotFound, PackageNotOnSale, PaymentDeclined, PromoCodeInvalid
from payment.purchases import settlement
from payment.purchases.repository import CHECK_AFTER, Failure, PurchaseContext, PurchaseRepository
from payment.records import Purchase
from payment.stripe.gateway import (
    Declined,
    NotPossible,
    StripeGateway,
    StripeUnavailable,
    UnusablePaymentMethod,
)
from payment.stripe.payment_intent import PaymentIntent
from solo60 import clock, observability
from solo60.ids import new_id
from solo60.problems import IdempotencyKeyReused, InvalidRequest
from solo60.unit_of_work import UnitOfWork, Work

UNUSABLE = "The payment method cannot be used."


@dataclass(frozen=True)
class PurchaseRequest:
    """The pack that a member asks to buy.

    Attributes
    ----------
    payment_method_id
        A saved card, which is charged immediately. Without it, the app pays with the client secret.
    retry_key
        The caller's key for this request. A request without a response, perhaps after the charge, is repeated with the
        same key and continues where it stopped.
    """

    user_id: str
    package_id: str
    payment_method_id: str | None = None
    promo_code: str | None = None
    retry_key: str | None = None

    @property
    def hashed_key(self) -> str | None:
        """The retry key as it is stored."""
        return None if self.retry_key is None else hashlib.sha256(self.retry_key.encode()).hexdigest()


def buy(uow: UnitOfWork, purchases: PurchaseRepository, stripe: StripeGateway, request: PurchaseRequest) -> Purchase:
    """Start a purchase, or continue the one that the request's retry key started.

    Raises
    ------
    PackageNotFound, PackageNotOnSale
        There is no such pack, or it is no longer sold.
    TooManyPending
        The member has too many open purchases.
    PromoCodeInvalid
        The code cannot be used.
    PaymentDeclined
        The card was declined; the purchase has failed.
    StripeUnavailable
        Stripe did not respond. The purchase stays pending until it is repeated or the sweep settles it.
    IdempotencyKeyReused
        The key started another purchase that is still open.
    """

    def begin(work: Work) -> tuple[Purchase, PurchaseContext]:
        context = purchases.purchase_context(
            work.read, request.user_id, request.package_id, request.promo_code, request.hashed_key
        )
        purchase = _started_earlier(work, purchases, context, request) or _add(work, purchases, context, request)
        return purchase, context

    purchase, context = uow.begin(begin)
    if purchase.status == "succeeded":
        return purchase
    return _call_stripe(uow, purchases, stripe, purchase, context)


def _started_earlier(
    work: Work, purchases: PurchaseRepository, context: PurchaseContext, request: PurchaseRequest
) -> Purchase | None:
    if context.earlier is None or context.earlier.kept_until <= clock.now():
        return None
    purchase = purchases.find(work.read, context.earlier.purchase_id)
    if purchase is None or purchase.status == "failed":
        return None
    if (purchase.package_id, purchase.payment_method_id) != (request.package_id, request.payment_method_id):
        raise IdempotencyKeyReused
    return purchase


def _add(work: Work, purchases: PurchaseRepository, context: PurchaseContext, request: PurchaseRequest) -> Purchase:
    package = context.package
    if package is None:
        raise PackageNotFound
    if not package.active:
        raise PackageNotOnSale
    if request.promo_code is not None:
        # A code lists the packs that it applies to. As long as codes cannot be created, none applies.
        known = context.promo_code is not None
        raise PromoCodeInvalid("This code does not cover this pack." if known else "There is no such code.")
    return purchases.begin(
        work,
        new_id(),
        request.user_id,
        package,
        payment_method_id=request.payment_method_id,
        retry_key=request.hashed_key,
        replaces=context.earlier,
        due=clock.now() + CHECK_AFTER,
    )


def _call_stripe(
    uow: UnitOfWork,
    purchases: PurchaseRepository,
    stripe: StripeGateway,
    purchase: Purchase,
    context: PurchaseContext,
) -> Purchase:
    known = context.customer.stripe_customer_id if context.customer else None
    customer = known or stripe.customer(purchase.user_id)
    try:
        intent = stripe.payment(purchase, customer)
        if purchase.payment_method_id is not None:
            intent = _confirm(stripe, purchase, intent)
    except Declined as declined:
        failure = Failure(declined.failure_id, declined.reason, clock.now().replace(microsecond=0))
        settlement.decline(uow, purchases, purchase.id, failure, payment_id=declined.payment_id)
        _cancel(uow, purchases, stripe, purchase, declined)
        raise PaymentDeclined(declined.reason) from declined
    except UnusablePaymentMethod as error:
        settlement.give_up(uow, purchases, purchase.id, reason=UNUSABLE, forget_retry=True)
        raise InvalidRequest.of("/payment_method_id", "This is not a payment method that can be used.") from error
    purchase.stripe_payment_id = intent.id
    purchase.client_secret = intent.client_secret or purchase.client_secret

    def finish(work: Work) -> Purchase:
        purchases.record_payment(
            work,
            purchase,
            stripe_payment_id=intent.id,
            client_secret=intent.client_secret,
            stripe_customer_id=None if known else customer,
        )
        return purchase

    uow.run(finish)
    observability.count("PurchasesBegun")
    return purchase


def _cancel(
    uow: UnitOfWork, purchases: PurchaseRepository, stripe: StripeGateway, purchase: Purchase, declined: Declined
) -> None:
    """Close a declined purchase now: its member is not told how to pay it, so that it would stay open for a day."""
    try:
        stripe.cancel(purchase, declined.payment_id)
    except (NotPossible, StripeUnavailable):
        return  # The sweep cancels it.
    settlement.give_up(uow, purchases, purchase.id, reason=declined.reason)


def _confirm(stripe: StripeGateway, purchase: Purchase, intent: PaymentIntent) -> PaymentIntent:
    try:
        return stripe.confirm(purchase, intent.id)
    except NotPossible:
        current = stripe.find(intent.id)
        if current.status in {"requires_payment_method", "requires_confirmation"}:
            raise UnusablePaymentMethod from None
        return current  # Confirmed by an attempt whose response was lost.

"""Buying a pack. The purchase is stored before Stripe is called, and a repeated request is not a second purchase.

No credits are added here. Even after a successful charge, the credits are added by Stripe's event or by the sweep,
through `settlement`.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from payment.errors import PackageNotOnSale, PaymentDeclined, PromoCodeInvalid
from payment.payment_intent import PaymentIntent
from payment.records import Purchase
from payment.repository import PurchaseContext, PurchaseRepository
from payment.settlement import Settlement
from payment.stripe_gateway import Declined, NotPossible, StripeGateway, UnusablePaymentMethod
from solo60 import clock, observability
from solo60.ids import new_id
from solo60.problems import IdempotencyKeyReused, InvalidRequest, NotFound
from solo60.unit_of_work import UnitOfWork, Work

FIRST_LOOK_AFTER = timedelta(minutes=15)


class Purchasing:
    """Starts purchases."""

    def __init__(
        self,
        purchases: PurchaseRepository | None = None,
        settlement: Settlement | None = None,
        stripe: StripeGateway | None = None,
    ) -> None:
        self._purchases = purchases or PurchaseRepository()
        self._settlement = settlement or Settlement(self._purchases)
        self._stripe = stripe or StripeGateway()

    def buy(
        self,
        uow: UnitOfWork,
        user_id: str,
        package_id: str,
        *,
        payment_method_id: str | None = None,
        promo_code: str | None = None,
        retry_key: str | None = None,
    ) -> Purchase:
        """Start a purchase, or continue the one that `retry_key` started.

        Parameters
        ----------
        payment_method_id
            A saved card, which is charged immediately. Without it, the app pays with the client secret.
        retry_key
            The caller's key for this request. A request without a response, perhaps after the charge, is repeated
            with the same key and continues where it stopped.

        Raises
        ------
        NotFound, PackageNotOnSale
            There is no such pack, or it is no longer sold.
        PromoCodeInvalid
            The code cannot be used.
        PaymentDeclined
            The card was declined; the purchase has failed.
        StripeUnavailable
            Stripe did not respond. The purchase stays pending until it is repeated or the sweep settles it.
        IdempotencyKeyReused
            The key started another purchase that is still open.
        """
        hashed = None if retry_key is None else hashlib.sha256(retry_key.encode()).hexdigest()

        def begin(work: Work) -> tuple[Purchase, PurchaseContext]:
            context = self._purchases.purchase_context(work.read, user_id, package_id, promo_code, hashed)
            purchase = self._started_earlier(work, context, package_id, payment_method_id)
            if purchase is None:
                purchase = self._add(
                    work,
                    context,
                    user_id=user_id,
                    promo_code=promo_code,
                    payment_method_id=payment_method_id,
                    retry_key=hashed,
                )
            return purchase, context

        purchase, context = uow.begin(begin)
        if purchase.status == "succeeded":
            return purchase
        return self._call_stripe(uow, purchase, context)

    def _started_earlier(
        self, work: Work, context: PurchaseContext, package_id: str, payment_method_id: str | None
    ) -> Purchase | None:
        if context.earlier is None or context.earlier.kept_until <= clock.now():
            return None
        purchase = self._purchases.find(work.read, context.earlier.purchase_id)
        if purchase is None or purchase.status == "failed":
            return None
        if (purchase.package_id, purchase.payment_method_id) != (package_id, payment_method_id):
            raise IdempotencyKeyReused
        return purchase

    def _add(
        self,
        work: Work,
        context: PurchaseContext,
        *,
        user_id: str,
        promo_code: str | None,
        payment_method_id: str | None,
        retry_key: str | None,
    ) -> Purchase:
        package = context.package
        if package is None:
            raise NotFound("There is no such credit pack.")
        if not package.active:
            raise PackageNotOnSale
        if promo_code is not None:
            # A code lists the packs that it applies to. As long as codes cannot be created, none applies.
            known = context.promo_code is not None
            raise PromoCodeInvalid("This code does not cover this pack." if known else "There is no such code.")
        return self._purchases.begin(
            work,
            new_id(),
            user_id,
            package,
            payment_method_id=payment_method_id,
            retry_key=retry_key,
            replaces=context.earlier,
            due=clock.now() + FIRST_LOOK_AFTER,
        )

    def _call_stripe(self, uow: UnitOfWork, purchase: Purchase, context: PurchaseContext) -> Purchase:
        known = context.customer.stripe_customer_id if context.customer else None
        customer = known or self._stripe.customer(purchase.user_id)
        try:
            intent = self._stripe.payment(purchase, customer)
            if purchase.payment_method_id is not None:
                intent = self._confirm(purchase, intent)
        except Declined as declined:
            self._settlement.fail(
                uow, purchase.id, reason=declined.reason, tell=True, payment_id=declined.payment_id, forget_retry=True
            )
            raise PaymentDeclined(declined.reason) from declined
        except UnusablePaymentMethod as error:
            self._settlement.fail(uow, purchase.id, reason="The payment method cannot be used.", forget_retry=True)
            raise InvalidRequest.of("/payment_method_id", "This is not a payment method that can be used.") from error
        purchase.stripe_payment_id = intent.id
        purchase.client_secret = intent.client_secret or purchase.client_secret

        def finish(work: Work) -> Purchase:
            self._purchases.record_payment(
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

    def _confirm(self, purchase: Purchase, intent: PaymentIntent) -> PaymentIntent:
        try:
            return self._stripe.confirm(purchase, intent.id)
        except NotPossible:
            current = self._stripe.find(intent.id)
            if current.status in {"requires_payment_method", "requires_confirmation"}:
                raise UnusablePaymentMethod from None
            return current  # Confirmed by an attempt whose response was lost.

"""The sweep: checks purchases that may still be paid with Stripe, and abandons them after 24 hours.

It handles webhooks that were never delivered, responses that were lost after a charge, and functions that died between
two steps. It settles purchases with the same code as webhooks.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from payment.payment_intent import PaymentIntent
from payment.records import Purchase
from payment.repository import PurchaseRepository
from payment.settlement import Settlement
from payment.stripe_gateway import NotPossible, StripeGateway, UnusablePaymentMethod
from solo60 import clock, observability
from solo60.failures import LoggableError
from solo60.transaction import Transaction

CHECK_AFTER = timedelta(minutes=15)
GIVE_UP_AFTER = timedelta(hours=24)
ABANDONED = "The payment was not completed within 24 hours."


class SweepIncomplete(LoggableError):
    """Some purchases could not be checked; the next run retries them."""


class _ConditionFailed(Exception):
    pass


class Sweep:
    """One run over the purchases that are due."""

    def __init__(
        self,
        purchases: PurchaseRepository | None = None,
        settlement: Settlement | None = None,
        stripe: StripeGateway | None = None,
    ) -> None:
        self._purchases = purchases or PurchaseRepository()
        self._settlement = settlement or Settlement(self._purchases)
        self._stripe = stripe or StripeGateway()

    def run(self) -> int:
        """Check the purchases that are due by the clock, the longest overdue first.

        A second run, also at the same time, checks none twice.

        Returns
        -------
        int
            The number of purchases that were checked.

        Raises
        ------
        SweepIncomplete
            Some checks failed; the others were completed.
        """
        seen = failed = 0
        for purchase_id in self._purchases.due(clock.now()):
            seen += 1
            try:
                self._check(purchase_id)
            except Exception as error:  # noqa: BLE001 - one purchase must not block the others; the run fails at its end
                observability.log_failure("purchase not swept", error, purchase_id=purchase_id)
                failed += 1
        if failed:
            raise SweepIncomplete(f"{failed} of {seen}")
        return seen

    def _check(self, purchase_id: str) -> None:
        purchase = self._purchases.find(purchase_id)
        if purchase is None or purchase.status not in {"pending", "failed"}:
            return
        # Scheduled first: a purchase that fails, or that another run checks, must not come first again.
        if not self._schedule_next_check(purchase):
            return
        over = clock.now() - purchase.created_at >= GIVE_UP_AFTER
        try:
            intent = self._payment_of(purchase, over=over)
        except UnusablePaymentMethod:
            self._settlement.fail(purchase, reason="The payment method cannot be used.")
            return
        if intent is None:
            self._settlement.fail(purchase, reason=ABANDONED)
            return
        if over and intent.status not in {"succeeded", "canceled", "processing"}:
            try:
                intent = self._stripe.cancel(purchase, intent.id)
            except NotPossible:
                intent = self._stripe.find(intent.id)
        if purchase.status == "failed" and intent.status == "canceled":
            self._stop_checks(purchase)
        else:
            self._apply(intent, over=over)

    def _stop_checks(self, purchase: Purchase) -> None:
        transaction = Transaction()
        self._purchases.stop_checks(transaction, purchase, on_failure=_ConditionFailed())
        with suppress(_ConditionFailed):
            transaction.commit()

    def _schedule_next_check(self, purchase: Purchase) -> bool:
        """Schedule the next check, each with twice the delay. False if another run has done it."""
        age = clock.now() - purchase.created_at
        wait = min(max(age, CHECK_AFTER), max(GIVE_UP_AFTER - age, timedelta(hours=1)))
        transaction = Transaction()
        self._purchases.schedule_check(transaction, purchase, clock.now() + wait, on_failure=_ConditionFailed())
        try:
            transaction.commit()
        except _ConditionFailed:
            return False
        return True

    def _payment_of(self, purchase: Purchase, *, over: bool) -> PaymentIntent | None:
        if purchase.stripe_payment_id is not None:
            return self._stripe.find(purchase.stripe_payment_id)
        if over:
            return None
        # The response to our first call was lost. A call with the same keys returns it or creates the payment; neither
        # can charge. It has the state at creation, so the current state is read again.
        known = self._purchases.customer_of(purchase.user_id)
        customer = known or self._stripe.customer(purchase.user_id)
        made = self._stripe.payment(purchase, customer)
        transaction = Transaction()
        self._purchases.record_payment(
            transaction,
            purchase,
            stripe_payment_id=made.id,
            client_secret=made.client_secret,
            stripe_customer_id=None if known else customer,
        )
        transaction.commit()
        return self._stripe.find(made.id)

    def _apply(self, intent: PaymentIntent, *, over: bool) -> None:
        if intent.status == "succeeded":
            self._settlement.succeeded(intent, paid_at=clock.now())
        elif intent.status == "canceled":
            reason = ABANDONED if over else "The payment was cancelled."
            self._settlement.failed(intent, reason=reason, tell=False)
        elif intent.status == "requires_payment_method" and intent.last_payment_error is not None:
            self._settlement.failed(intent, reason=intent.failure, tell=True)

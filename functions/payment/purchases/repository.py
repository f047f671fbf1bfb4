"""Repositories of packs, and of purchases with their retry keys and members' Stripe customers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.expressions.condition import Condition, size
from pynamodb.expressions.update import Action

from payment.errors import TooManyPending
from payment.keys import (
    account_key,
    customer_key,
    open_purchases_key,
    package_key,
    promo_code_key,
    purchase_key,
    purchase_retry_key,
)
from payment.records import Account, OpenPurchases, Package, PromoCode, Purchase, PurchaseRetry, StripeCustomer
from solo60 import clock, correlation
from solo60.due import DueWork
from solo60.models import Money
from solo60.paging import PageOf, Paging
from solo60.records import Read, update_now
from solo60.repository import RecordQuery, Repository
from solo60.transaction import Transaction

ON_SALE = "PACKAGE#ON_SALE"
CHECK = DueWork("PURCHASE_CHECK", queue="payment-purchases-due")
"""A purchase that may still be paid: Stripe is asked about it."""
CHECK_AFTER = timedelta(minutes=15)
"""When Stripe is asked for the first time, and the least time between two checks."""
RETRY_KEPT = timedelta(hours=24)
MAX_OPEN = 5
"""Open purchases of a member."""


class PackageRepository(Repository[Package, [str]]):
    """Credit packs."""

    key = staticmethod(package_key)

    def put(self, package_id: str, *, name: str, credits: int, price: Money, active: bool = True) -> None:
        """Create or change a pack; `active=False` ends its sale.

        It needs only TABLE_PAYMENT in the environment, so that seed scripts can call it.
        """
        key = package_key(package_id)
        Package(
            key.pk,
            key.sk,
            id=package_id,
            name=name,
            credits=credits,
            price_amount=price.amount,
            price_currency=price.currency,
            active=active,
            by_type_pk=ON_SALE if active else None,
            by_type_sk=_on_sale_key(credits, package_id) if active else None,
        ).save()

    def on_sale(self, paging: Paging) -> PageOf[Package]:
        """A page of the packs on sale, the smallest first."""
        return self.page(paging, RecordQuery(Package, ON_SALE, index=Package.by_type.name))


@dataclass(frozen=True)
class PurchaseContext:
    """The records that decide whether and how a purchase begins, from one strong read."""

    package: Package | None
    promo_code: PromoCode | None
    customer: StripeCustomer | None
    earlier: PurchaseRetry | None


@dataclass(frozen=True)
class Failure:
    """A failed payment of a purchase.

    Attributes
    ----------
    id
        `PaymentIntent.failure_id`.
    reason
        For the member.
    """

    id: str
    reason: str
    at: datetime


class PurchaseRepository(Repository[Purchase, [str]]):
    """Purchases, their retry keys, and members' Stripe customers."""

    key = staticmethod(purchase_key)

    def purchase_context(
        self, read: Read, user_id: str, package_id: str, promo_code: str | None, retry_key: str | None
    ) -> PurchaseContext:
        """The records that a purchase needs at its start, in one strong read."""
        package = package_key(package_id)
        customer = customer_key(user_id)
        promo = None if promo_code is None else promo_code_key(promo_code)
        retry = None if retry_key is None else purchase_retry_key(user_id, retry_key)
        found = read(*(key for key in (package, customer, promo, retry) if key is not None))
        return PurchaseContext(
            found[package],
            None if promo is None else found[promo],
            found[customer],
            None if retry is None else found[retry],
        )

    def find_with_account(self, read: Read, purchase_id: str, user_id: str) -> tuple[Purchase | None, Account | None]:
        """A purchase, and a member's account, in one strong read."""
        purchase, account = purchase_key(purchase_id), account_key(user_id)
        found = read(purchase, account)
        return found[purchase], found[account]

    def customer_of(self, read: Read, user_id: str) -> str | None:
        """The id of a member's Stripe customer."""
        key = customer_key(user_id)
        found = read(key)[key]
        return found.stripe_customer_id if found else None

    def begin(
        self,
        transaction: Transaction,
        purchase_id: str,
        user_id: str,
        package: Package,
        *,
        payment_method_id: str | None,
        retry_key: str | None,
        replaces: PurchaseRetry | None,
        due: datetime,
    ) -> Purchase:
        """Add a pending purchase and its retry key.

        Raises
        ------
        TooManyPending
            At the commit: the member has `MAX_OPEN` open purchases.
        """
        now = clock.now()
        due_pk, due_sk = CHECK.index_keys(purchase_id, due)
        key = purchase_key(purchase_id)
        purchase = Purchase(
            key.pk,
            key.sk,
            id=purchase_id,
            user_id=user_id,
            package_id=package.id,
            package_name=package.name,
            credits=package.credits,
            price_amount=package.price_amount,
            price_currency=package.price_currency,
            status="pending",
            payment_method_id=payment_method_id,
            retry_key=retry_key,
            correlation_id=correlation.current(),
            created_at=now,
            by_due_pk=due_pk,
            by_due_sk=due_sk,
        )
        transaction.put(purchase)
        ids = OpenPurchases.ids
        transaction.update(
            open_purchases_key(user_id).blank(),
            [ids.add({purchase_id})],
            condition=ids.does_not_exist() | (size(ids) < MAX_OPEN),  # type: ignore[no-untyped-call]
            on_failure=TooManyPending(),
        )
        if retry_key is not None:
            retry = purchase_retry_key(user_id, retry_key)
            transaction.put(
                PurchaseRetry(
                    retry.pk,
                    retry.sk,
                    purchase_id=purchase_id,
                    kept_until=now + RETRY_KEPT,
                    ttl=clock.epoch_seconds(now + RETRY_KEPT),
                ),
                condition=PurchaseRetry.purchase_id == replaces.purchase_id if replaces else None,
            )
        return purchase

    def record_payment(
        self,
        transaction: Transaction,
        purchase: Purchase,
        *,
        stripe_payment_id: str,
        client_secret: str | None,
        stripe_customer_id: str | None,
    ) -> None:
        """Store the payment that Stripe created for a purchase, and `stripe_customer_id` if it is new."""
        actions: list[Action] = [Purchase.stripe_payment_id.set(stripe_payment_id)]
        if client_secret is not None:
            actions.append(Purchase.client_secret.set(client_secret))
        transaction.update(purchase_key(purchase.id).blank(), actions, condition=Purchase.pk.exists())
        if stripe_customer_id is not None:
            self.keep_customer(transaction, purchase.user_id, stripe_customer_id)

    def keep_customer(self, transaction: Transaction, user_id: str, stripe_customer_id: str) -> None:
        """Store a member's Stripe customer, unless there is one."""
        transaction.update(
            customer_key(user_id).blank(),
            [StripeCustomer.stripe_customer_id.set(StripeCustomer.stripe_customer_id | stripe_customer_id)],
        )

    def succeed(self, transaction: Transaction, purchase: Purchase, *, stripe_payment_id: str) -> None:
        """Mark a pending or failed purchase as paid."""
        actions: list[Action] = [
            Purchase.status.set("succeeded"),
            Purchase.stripe_payment_id.set(stripe_payment_id),
            Purchase.failure_reason.remove(),
        ]
        self._end(transaction, purchase, actions, Purchase.status.is_in("pending", "failed"))

    def fail(
        self,
        transaction: Transaction,
        purchase: Purchase,
        failure: Failure,
        *,
        stripe_payment_id: str,
    ) -> None:
        """Record a further failure of a purchase that is not paid. It may still be paid with another card."""
        actions: list[Action] = [
            Purchase.status.set("failed"),
            Purchase.failures.add(1),
            Purchase.told.add({failure.id}),
            Purchase.stripe_payment_id.set(stripe_payment_id),
        ]
        if purchase.failed_at is None or failure.at >= purchase.failed_at:
            actions += [
                Purchase.failure_reason.set(failure.reason),
                Purchase.failed_at.set(failure.at),
            ]
        if purchase.status == "pending":
            actions.append(Purchase.settled_at.set(clock.now()))
        transaction.update(purchase_key(purchase.id).blank(), actions, condition=_unchanged(purchase))

    def close(self, transaction: Transaction, purchase: Purchase, *, reason: str) -> None:
        """Mark a purchase as failed that can no longer be paid. A failure with a card stays its reason."""
        actions: list[Action] = [Purchase.status.set("failed")]
        if purchase.failure_reason is None:
            actions.append(Purchase.failure_reason.set(reason))
        self._end(transaction, purchase, actions, _unchanged(purchase))

    def forget_retry(self, transaction: Transaction, purchase: Purchase) -> None:
        """Delete the retry key of a purchase, so that it can start another."""
        if purchase.retry_key is not None:
            transaction.delete(purchase_retry_key(purchase.user_id, purchase.retry_key).blank())

    def _end(self, transaction: Transaction, purchase: Purchase, actions: list[Action], condition: Condition) -> None:
        ended = [Purchase.settled_at.set(clock.now()), Purchase.by_due_pk.remove(), Purchase.by_due_sk.remove()]
        transaction.update(purchase_key(purchase.id).blank(), [*actions, *ended], condition=condition)
        transaction.update(open_purchases_key(purchase.user_id).blank(), [OpenPurchases.ids.delete({purchase.id})])

    def mark_asked(self, purchase_id: str, *, unless_since: datetime) -> None:
        """Record that Stripe is asked now about an open purchase.

        Raises
        ------
        ConditionFailed
            It is no longer open, or Stripe was asked after `unless_since`.
        """
        long_ago = Purchase.asked_at.does_not_exist() | (Purchase.asked_at <= unless_since)
        update_now(
            purchase_key(purchase_id).blank(),
            [Purchase.asked_at.set(clock.now())],
            Purchase.by_due_sk.exists() & long_ago,
        )

    def schedule_check(self, transaction: Transaction, purchase: Purchase, due: datetime) -> None:
        """Set the time of the next check of a purchase that may still be paid."""
        transaction.update(
            purchase_key(purchase.id).blank(),
            [Purchase.by_due_sk.set(CHECK.index_keys(purchase.id, due)[1])],
            condition=Purchase.by_due_sk == purchase.by_due_sk,
        )


def _unchanged(purchase: Purchase) -> Condition:
    """No success and no failure has been recorded since the purchase was read."""
    condition: Condition = (Purchase.status == purchase.status) & (Purchase.failures == purchase.failures)
    return condition


def _on_sale_key(credits: int, package_id: str) -> str:
    return f"{credits:08d}#{package_id}"

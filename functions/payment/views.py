"""Response bodies of the payment service, made from its records."""

from __future__ import annotations

from collections.abc import Sequence

from payment.records import CreditLot, Entry, Package, Purchase
from payment.schemas import CreditsView, ExpiringCreditsView, PackageSummary, PurchaseView, TransactionSummary
from solo60.models import Page


def package_page(packages: Sequence[Package], next_cursor: str | None) -> Page[PackageSummary]:
    """A page of the packs on sale."""
    return Page(items=[_package_summary(package) for package in packages], next_cursor=next_cursor)


def _package_summary(package: Package) -> PackageSummary:
    return PackageSummary(id=package.id, name=package.name, credits=int(package.credits), price=package.price)


def purchase_view(purchase: Purchase) -> PurchaseView:
    """A purchase for its member. The client secret is left out once there is nothing more to pay."""
    payable = purchase.status in {"pending", "failed"}
    return PurchaseView(
        id=purchase.id,
        status=purchase.status,
        credits=int(purchase.credits),
        price=purchase.price,
        client_secret=purchase.client_secret if payable else None,
        stripe_payment_id=purchase.stripe_payment_id,
        package_id=purchase.package_id,
        failure_reason=purchase.failure_reason,
        created_at=purchase.created_at,
    )


def credits_view(lots: Sequence[CreditLot]) -> CreditsView:
    """The credits that a member can spend, by pot and by expiry."""
    demand = sum(lot.amount for lot in lots if lot.pot == "demand")
    total = sum(lot.amount for lot in lots)
    return CreditsView(
        amount_demand=demand,
        amount_subscription=total - demand,
        total=total,
        expiring=[ExpiringCreditsView(pot=lot.pot, amount=lot.amount, expires_at=lot.expires_at) for lot in lots],
    )


def transaction_page(entries: Sequence[Entry], next_cursor: str | None) -> Page[TransactionSummary]:
    """A page of a member's ledger."""
    return Page(items=[_transaction_summary(entry) for entry in entries], next_cursor=next_cursor)


def _transaction_summary(entry: Entry) -> TransactionSummary:
    return TransactionSummary.model_validate(entry, from_attributes=True)

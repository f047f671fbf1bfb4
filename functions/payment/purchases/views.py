"""Response bodies of purchases, made from its records."""

from __future__ import annotations

from payment.purchases.schemas import PackageSummary, PurchaseView
from payment.records import Package, Purchase
from solo60.models import Page
from solo60.paging import PageOf


def package_page(page: PageOf[Package]) -> Page[PackageSummary]:
    """A page of the packs on sale."""
    return Page(items=[_package_summary(package) for package in page.items], next_cursor=page.next_cursor)


def _package_summary(package: Package) -> PackageSummary:
    return PackageSummary(id=package.id, name=package.name, credits=int(package.credits), price=package.price)


def purchase_view(purchase: Purchase) -> PurchaseView:
    """A purchase for its member. The client secret is left out once it can no longer be paid."""
    return PurchaseView(
        id=purchase.id,
        status=purchase.status,
        credits=int(purchase.credits),
        price=purchase.price,
        client_secret=purchase.client_secret if purchase.is_open else None,
        stripe_payment_id=purchase.stripe_payment_id,
        package_id=purchase.package_id,
        failure_reason=purchase.failure_reason,
        created_at=purchase.created_at,
    )

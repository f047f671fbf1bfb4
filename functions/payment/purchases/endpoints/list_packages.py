"""GET /payments/packages."""

from __future__ import annotations

from payment.purchases.repository import PackageRepository
from payment.purchases.views import package_page
from payment.records import Package
from solo60.declarations import Access
from solo60.grants import TableGrant
from solo60.http.endpoint import endpoint
from solo60.paging import PageOf, Paging


@endpoint(
    "GET",
    "/payments/packages",
    access=Access.PUBLIC,
    grants=(TableGrant("payment", indexes={"by_type"}),),
    view=package_page,
)
def handler(paging: Paging, packages: PackageRepository) -> PageOf[Package]:
    """Credit packs on sale, the smallest first.

    Buy one with `POST /payments/purchases`.
    """
    return packages.on_sale(paging)

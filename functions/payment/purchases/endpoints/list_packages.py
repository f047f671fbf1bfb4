"""GET /payments/packages."""

from __future__ import annotations

from payment.purchases.repository import PackageRepository
from payment.purchases.schemas import PackageSummary
from payment.purchases.views import package_page
from solo60.declarations import Access
from solo60.grants import TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.paging import Paging
from solo60.models import Page
from solo60.problems import InvalidCursor


@endpoint(
    "GET",
    "/payments/packages",
    access=Access.PUBLIC,
    grants=(TableGrant("payment", indexes={"by_type"}),),
)
def handler(paging: Paging, packages: PackageRepository) -> Page[PackageSummary]:
    """Credit packs on sale, the smallest first.

    Buy one with `POST /payments/purchases`.
    """
    after: tuple[int, str] | None = None
    if paging.position is not None:
        try:
            after = int(paging.position["credits"]), str(paging.position["id"])
        except (KeyError, ValueError):
            raise InvalidCursor from None
    found = packages.on_sale(limit=paging.limit + 1, after=after)
    items = found[: paging.limit]
    more = {"credits": int(items[-1].credits), "id": items[-1].id} if len(found) > paging.limit else None
    return package_page(items, paging.cursor_after(more))

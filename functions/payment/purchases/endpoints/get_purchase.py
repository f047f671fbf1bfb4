"""GET /payments/purchases/{purchase_id}."""

from __future__ import annotations

from payment.errors import PurchaseNotFound
from payment.purchases.details import purchase_of
from payment.purchases.repository import PurchaseRepository
from payment.purchases.views import purchase_view
from payment.records import Purchase
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller, Path
from solo60.models import Identifier


@endpoint(
    "GET",
    "/payments/purchases/{purchase_id}",
    access=Access.MEMBER,
    grants=(TableGrant("payment", {Do.BATCH_GET}),),
    errors=(PurchaseNotFound,),
    view=purchase_view,
)
def handler(purchase_id: Path[Identifier], caller: Caller, purchases: PurchaseRepository) -> Purchase:
    """The state of one of my purchases.

    A purchase is `pending` until Stripe reports the outcome of its payment.
    """
    return purchase_of(purchases, caller.id, str(purchase_id))

"""GET /payments/purchases/{purchase_id}."""

from __future__ import annotations

from payment.repository import PurchaseRepository
from payment.schemas import PurchaseView
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller, Path
from solo60.models import Identifier
from solo60.problems import NotFound
from solo60.records import batch_get


@endpoint(
    "GET",
    "/payments/purchases/{purchase_id}",
    access=Access.MEMBER,
    grants=(TableGrant("payment", {Do.BATCH_GET}),),
    errors=(NotFound,),
)
def handler(purchase_id: Path[Identifier], caller: Caller, purchases: PurchaseRepository) -> PurchaseView:
    """The state of one of my purchases.

    A purchase is `pending` until Stripe reports the outcome of its payment.
    """
    purchase = purchases.find(batch_get, str(purchase_id))
    if purchase is None or purchase.user_id != caller.id:
        raise NotFound("There is no such purchase.")
    return PurchaseView.of(purchase)

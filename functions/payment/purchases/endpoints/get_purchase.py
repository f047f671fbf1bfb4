"""GET /payments/purchases/{purchase_id}."""

from __future__ import annotations

from payment.errors import PurchaseNotFound
from payment.ledger.credits import Ledger
from payment.purchases.details import purchase_of
from payment.purchases.repository import PurchaseRepository
from payment.purchases.settlement import GRANTS
from payment.purchases.views import purchase_view
from payment.records import Purchase
from payment.stripe.gateway import GRANTS as STRIPE
from payment.stripe.gateway import StripeGateway
from solo60.declarations import Access
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller, Path
from solo60.models import Identifier
from solo60.unit_of_work import UnitOfWork


@endpoint(
    "GET",
    "/payments/purchases/{purchase_id}",
    access=Access.MEMBER,
    grants=(*GRANTS, *STRIPE),
    errors=(PurchaseNotFound,),
    view=purchase_view,
    timeout_seconds=15,
)
def handler(
    purchase_id: Path[Identifier],
    caller: Caller,
    uow: UnitOfWork,
    *,
    purchases: PurchaseRepository,
    ledger: Ledger,
    stripe: StripeGateway,
) -> Purchase:
    """The state of one of my purchases.

    A purchase is `pending` until Stripe reports the outcome of its payment. While it may still be paid, reading it asks
    Stripe, at most once a minute.
    """
    return purchase_of(uow, purchases, ledger, stripe, user_id=caller.id, purchase_id=str(purchase_id))

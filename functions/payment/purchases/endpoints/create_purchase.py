"""POST /payments/purchases."""

from __future__ import annotations

from payment.errors import PackageNotFound, PackageNotOnSale, PaymentDeclined, PromoCodeInvalid, TooManyPending
from payment.purchases.buying import PurchaseRequest, buy
from payment.purchases.repository import PurchaseRepository
from payment.purchases.schemas import CreatePurchaseRequest
from payment.purchases.views import purchase_view
from payment.records import Purchase
from payment.stripe.gateway import GRANTS as STRIPE
from payment.stripe.gateway import StripeGateway, StripeUnavailable
from solo60.declarations import MONEY_THROTTLE, Access, Idempotency
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.idempotency import HEADER
from solo60.http.request import Body, Caller, Request
from solo60.unit_of_work import UnitOfWork


@endpoint(
    "POST",
    "/payments/purchases",
    access=Access.MEMBER,
    status=201,
    grants=(TableGrant("payment", {Do.BATCH_GET, Do.PUT, Do.UPDATE, Do.DELETE}), *STRIPE),
    errors=(PackageNotFound, PackageNotOnSale, PaymentDeclined, PromoCodeInvalid, TooManyPending, StripeUnavailable),
    throttle=MONEY_THROTTLE,
    idempotency=Idempotency.ACQUIRE,
    view=purchase_view,
    timeout_seconds=28,
)
def handler(
    body: Body[CreatePurchaseRequest],
    caller: Caller,
    request: Request,
    uow: UnitOfWork,
    *,
    purchases: PurchaseRepository,
    stripe: StripeGateway,
) -> Purchase:
    """Buy a credit pack.

    Creates a Stripe PaymentIntent, which the app pays with `client_secret`. With `payment_method_id` that card is
    charged immediately. The purchase is `pending`, and the credits are not added, until Stripe confirms the payment.
    Up to five may be open at once: it is open until it is paid, cancelled or a day old, also after a card has failed.
    After a 503, repeat with the same `Idempotency-Key`: the purchase continues and nothing is charged twice.
    """
    wanted = PurchaseRequest(
        caller.id,
        str(body.package_id),
        payment_method_id=body.payment_method_id,
        promo_code=body.promo_code,
        retry_key=request.header(HEADER),
    )
    return buy(uow, purchases, stripe, wanted)

"""POST /payments/webhooks/stripe."""

from __future__ import annotations

from payment.errors import InvalidSignature
from payment.stripe.gateway import SIGNATURE, StripeGateway
from payment.stripe.payment_intent import QUEUE
from payment.stripe.schemas import ReceivedView
from payment.stripe.webhook import receive
from solo60.declarations import MONEY_THROTTLE, Access, Idempotency, Throttle
from solo60.grants import QueueGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import RawBody, Request
from solo60.problems import MalformedRequest, ServiceUnavailable


@endpoint(
    "POST",
    "/payments/webhooks/stripe",
    access=Access.PROVIDER,
    grants=(QueueGrant(QUEUE), SIGNATURE),
    errors=(InvalidSignature, MalformedRequest, ServiceUnavailable),
    throttle=Throttle(rate=MONEY_THROTTLE.rate * 10, burst=MONEY_THROTTLE.burst * 10),
    idempotency=Idempotency.NOT_KEPT,
    max_body_bytes=256 * 1024,
)
def handler(body: RawBody, request: Request, stripe: StripeGateway) -> ReceivedView:
    """Receive a signed Stripe event.

    The event is queued. Each event is applied once by its own id, in whatever order they arrive, so there is no
    `Idempotency-Key`. Events of other types, and about payments of other software, are accepted and ignored.
    """
    receive(stripe, body.content, request.header("stripe-signature"))
    return ReceivedView()

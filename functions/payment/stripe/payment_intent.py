"""The parts of Stripe's objects that we use. Does not import Stripe's SDK, so that fewer functions load it."""

from __future__ import annotations

from datetime import datetime

from pydantic import ConfigDict, Field

from solo60.models import Model


class PaymentError(Model):
    """Why a payment failed."""

    model_config = ConfigDict(extra="ignore")
    code: str | None = None
    message: str | None = None


class PaymentIntent(Model):
    """A PaymentIntent: Stripe's side of a purchase.

    Attributes
    ----------
    amount, amount_received
        In the currency's minor unit.
    metadata
        Set by us: `purchase_id` and `user_id`.
    """

    model_config = ConfigDict(extra="ignore")
    id: str = Field(min_length=1)
    status: str
    amount: int
    amount_received: int | None = None
    currency: str
    metadata: dict[str, str] = Field(default_factory=dict)
    last_payment_error: PaymentError | None = None
    client_secret: str | None = None

    @property
    def failure(self) -> str:
        """The reason of a failure, for the member."""
        error = self.last_payment_error
        return (error and (error.message or error.code)) or "The payment was declined."


SUCCEEDED = "payment_intent.succeeded"
FAILED = "payment_intent.payment_failed"
CANCELED = "payment_intent.canceled"
QUEUE = "payment-stripe-events"
HANDLED = frozenset({SUCCEEDED, FAILED, CANCELED})


class StripeEvent(Model):
    """A verified webhook event in the queue: only what settlement needs."""

    model_config = ConfigDict(extra="ignore")
    id: str = Field(min_length=1)
    type: str
    created: datetime
    intent: PaymentIntent

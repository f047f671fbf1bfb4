"""The parts of Stripe's objects that we use. Does not import Stripe's SDK, so that fewer functions load it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, ConfigDict, Field

from solo60.ids import is_id
from solo60.models import Model

MAX_EVENT_ID = 255
DECLINED = "The payment was declined."


OUR_METADATA = ("purchase_id", "user_id")


def _our_texts(value: object) -> object:
    """Of metadata, which may be anything where other software sets it, the texts that we set."""
    if not isinstance(value, dict):
        return {}
    return {key: value[key] for key in OUR_METADATA if isinstance(value.get(key), str)}


def _object(value: object) -> object:
    """What Stripe gives as an object; another form of it says nothing to us."""
    return value if isinstance(value, dict) else None


class PaymentMethod(Model):
    """The card of a payment."""

    model_config = ConfigDict(extra="ignore")
    id: str


class PaymentError(Model):
    """Why a payment failed.

    Attributes
    ----------
    charge
        The id of the charge that was declined, if it came to one.
    """

    model_config = ConfigDict(extra="ignore")
    code: str | None = None
    message: str | None = None
    charge: str | None = None
    payment_method: Annotated[PaymentMethod | None, BeforeValidator(_object)] = None

    @property
    def id(self) -> str:
        """Tells this failure of a payment from its others: by its charge, or else by what is known of it."""
        return self.charge or f"{self.payment_method.id if self.payment_method else ''} {self.code} {self.message}"

    @property
    def reason(self) -> str:
        """The reason, for the member."""
        return self.message or self.code or DECLINED


class PaymentIntent(Model):
    """A PaymentIntent: Stripe's side of a purchase.

    Attributes
    ----------
    amount, amount_received
        In the currency's minor unit.
    metadata
        What we set: `purchase_id` and `user_id`. Empty where other software on the same Stripe account set others.
    """

    model_config = ConfigDict(extra="ignore")
    id: str = Field(min_length=1)
    status: str
    amount: int
    amount_received: int | None = None
    currency: str
    metadata: Annotated[dict[str, str], BeforeValidator(_our_texts)] = Field(default_factory=dict)
    last_payment_error: PaymentError | None = None
    client_secret: str | None = None

    @property
    def failure(self) -> str:
        """The reason of a failure, for the member."""
        return self.last_payment_error.reason if self.last_payment_error else DECLINED

    @property
    def failure_id(self) -> str:
        """Tells the last failure from earlier ones."""
        return self.last_payment_error.id if self.last_payment_error else ""

    @property
    def purchase(self) -> tuple[str, str] | None:
        """The ids of the purchase and of its member; None for a payment that other software made."""
        purchase_id, user_id = self.metadata.get("purchase_id", ""), self.metadata.get("user_id", "")
        return (purchase_id, user_id) if is_id(purchase_id) and _is_uuid(user_id) else None


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


SUCCEEDED = "payment_intent.succeeded"
FAILED = "payment_intent.payment_failed"
CANCELED = "payment_intent.canceled"
QUEUE = "payment-stripe-events"
HANDLED = frozenset({SUCCEEDED, FAILED, CANCELED})


class StripeEvent(Model):
    """A verified webhook event in the queue: only what settlement needs."""

    model_config = ConfigDict(extra="ignore")
    id: str = Field(min_length=1, max_length=MAX_EVENT_ID)
    type: str
    created: datetime
    intent: PaymentIntent

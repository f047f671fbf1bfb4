"""Events that the payment service publishes."""

from __future__ import annotations

from typing import ClassVar

from solo60.events import Event
from solo60.models import Money


class PaymentEvent(Event):
    """Base of the service's events."""

    SOURCE: ClassVar[str] = "payment"
    user_id: str
    purchase_id: str


class CreditsPurchased(PaymentEvent):
    """A purchase was paid, and its credits are in the member's account."""

    package_name: str
    credits: int
    price: Money


class PaymentFailed(PaymentEvent):
    """The payment of a purchase failed; no money was taken and no credits were added."""

    package_name: str
    price: Money
    reason: str

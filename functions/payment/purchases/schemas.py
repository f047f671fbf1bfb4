"""Request and response bodies of purchases."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema

from solo60.models import Id, Identifier, Instant, Line, Money, RequestModel, ResponseModel, matching

_PAYMENT_METHOD = "pm_[A-Za-z0-9_]{1,250}"


class PackageSummary(ResponseModel):
    """A credit pack on sale."""

    id: Id
    name: str = Field(examples=["Ten hours"])
    credits: int
    price: Money


class CreatePurchaseRequest(RequestModel):
    """The pack to buy, and how to pay."""

    package_id: Identifier
    promo_code: Annotated[Line, Field(min_length=1, max_length=64)] | None = None
    payment_method_id: (
        Annotated[
            str,
            matching(_PAYMENT_METHOD, "This must be the id of a payment method, such as pm_1Qx2yZ."),
            WithJsonSchema(
                {
                    "type": "string",
                    "pattern": f"^{_PAYMENT_METHOD}$",
                    "description": "A saved card, which is charged immediately.",
                }
            ),
        ]
        | None
    ) = None


class PurchaseView(ResponseModel):
    """A purchase. It succeeds, and its credits are added, when Stripe confirms the payment."""

    id: Id
    status: Literal["pending", "succeeded", "failed", "refunded"]
    credits: int
    price: Money
    client_secret: str | None = Field(description="For the app to pay; null once it is paid or can no longer be.")
    stripe_payment_id: str | None
    package_id: Id
    failure_reason: str | None
    created_at: Instant

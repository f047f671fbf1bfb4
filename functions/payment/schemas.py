"""Request and response bodies of the payment service."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema

from solo60.models import AnyInstant, Id, Identifier, Instant, Line, Money, RequestModel, ResponseModel, matching

_PAYMENT_METHOD = "pm_[A-Za-z0-9_]{1,250}"

PotName = Literal["demand", "subscription"]
EntryType = Literal["purchase", "booking", "refund", "grant", "expiry", "adjustment", "promo", "chargeback"]


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
    client_secret: str | None = Field(description="For the app to pay; null once the purchase is paid.")
    stripe_payment_id: str | None
    package_id: Id
    failure_reason: str | None
    created_at: Instant


class ExpiringCreditsView(ResponseModel):
    """Credits that expire together."""

    pot: PotName
    amount: int
    expires_at: Instant


class CreditsView(ResponseModel):
    """The credits that a member can spend now."""

    amount_demand: int = Field(description="Bought, valid 365 days.")
    amount_subscription: int = Field(description="Granted, valid to the end of the period.")
    total: int
    expiring: list[ExpiringCreditsView] = Field(description="All credits by expiry, in the order of spending.")


class TransactionsQuery(RequestModel):
    """Selects a part of the ledger."""

    type: EntryType | None = None
    from_: AnyInstant | None = Field(None, alias="from", description="Inclusive.")
    to: AnyInstant | None = Field(None, description="Exclusive.")


class TransactionSummary(ResponseModel):
    """One line of the ledger."""

    id: Id
    type: EntryType
    amount: int = Field(description="Signed credits.")
    pot: PotName
    description: str
    reference: str = Field(description="The id of the purchase, session or grant that it belongs to.")
    stripe_payment_id: str | None
    created_at: Instant


class ReceivedView(ResponseModel):
    """A webhook event was accepted."""

    received: Literal[True] = True

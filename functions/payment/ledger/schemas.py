"""Request and response bodies of the ledger."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from payment.records import PotName
from solo60.models import AnyInstant, Id, Instant, RequestModel, ResponseModel

EntryType = Literal["purchase", "booking", "refund", "grant", "expiry", "adjustment", "promo", "chargeback"]


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

"""Bodies that several capabilities of the session service have in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from session.status import SessionStatus
from solo60.models import Id, Instant, Money, ResponseModel

Duration = Annotated[int, Field(ge=1, le=1440, description="Minutes of elapsed time.", examples=[60])]


class CreditAllocationView(ResponseModel):
    """Credits from one pot, and their expiry, which a refund keeps."""

    pot: str
    amount: int
    expires_at: Instant


class SessionView(ResponseModel):
    """A session, with the gym's name, address and policy at the time of booking."""

    id: Id
    user_id: Id
    gym_id: Id
    gym_name: str
    gym_address: str
    timezone: str
    starts_at: Instant
    ends_at: Instant
    booking_date: str = Field(description="On the gym's calendar.", examples=["2026-03-02"])
    start_time: str = Field(description="In the gym's local time.", examples=["18:30"])
    end_time: str
    duration: int = Field(description="Minutes of elapsed time.")
    status: SessionStatus
    price_credits: int
    price: Money
    pots: list[CreditAllocationView]
    refundable_until: Instant
    invitees: list[str] = Field(description="E-mail addresses of the invited guests.")
    version: int
    sequence: int
    created_at: Instant
    checked_in_at: Instant | None = Field(description="When the first participant checked in; null before.")
    checked_out_at: Instant | None = Field(description="When its use ended; null before.")
    cancelled_at: Instant | None
    refunded_credits: int | None = Field(description="The refund of a cancelled session; null before.")

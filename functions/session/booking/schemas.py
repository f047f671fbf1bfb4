"""Request and response bodies of quotes and bookings."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from session.schemas import Duration
from session.time.schemas import AlternativeSummary
from solo60.fields import EmailAddress
from solo60.models import Id, Identifier, Instant, InstantInput, Money, RequestModel, ResponseModel


class QuoteSessionRequest(RequestModel):
    """The session to quote."""

    gym_id: Identifier
    starts_at: InstantInput
    duration: Duration


class PlaceHoldRequest(QuoteSessionRequest):
    """The time to keep."""


class HoldView(ResponseModel):
    """Time at a gym that is kept for a member."""

    id: Id
    gym_id: Id
    starts_at: Instant
    ends_at: Instant
    duration: int = Field(description="Minutes of elapsed time.")
    price_credits: int
    expires_at: Instant = Field(description="Until then it can be booked. It counts as taken for all others.")


class BookSessionRequest(QuoteSessionRequest):
    """The session to book."""

    invitees: list[EmailAddress] = Field(
        default_factory=list, max_length=20, description="E-mail addresses of guests, within the gym's capacity."
    )


class RescheduleSessionRequest(RequestModel):
    """When a session is to take place."""

    starts_at: InstantInput
    duration: Duration | None = Field(default=None, description="Minutes; without it the session lasts as long as now.")


class ExtendSessionRequest(RequestModel):
    """How much longer a session is to last."""

    minutes: Annotated[int, Field(ge=1, le=1440, examples=[30])]


class RefusedBookingView(ResponseModel):
    """What a refused booking has in addition to other refusals."""

    alternatives: list[AlternativeSummary] = Field(
        description="Up to five sessions that this member can book, the best first. Empty after `own_overlap`."
    )
    session_id: Id | None = Field(description="After `own_overlap`, the member's session that is in the way.")


class RuleFailureView(ResponseModel):
    """A booking rule that fails."""

    code: str = Field(examples=["slot_taken"])
    detail: str


class QuoteView(ResponseModel):
    """The price of a session, and the reasons why it cannot be booked."""

    bookable: bool
    price_credits: int
    price: Money
    refundable_until: Instant = Field(description="In the past for a late booking.")
    failures: list[RuleFailureView] = Field(description="All rules that fail; a booking reports the first one.")

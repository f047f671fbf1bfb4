"""Bodies of the session service's API."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from session.records import Session
from session.status import SessionStatus, Which
from solo60.models import (
    DateInput,
    EmailAddress,
    Identifier,
    Instant,
    InstantInput,
    Money,
    Page,
    RequestModel,
    ResponseModel,
)

Duration = Annotated[int, Field(ge=1, le=1440, description="Minutes of elapsed time.", examples=[60])]


class AvailabilityQuery(RequestModel):
    """Which starts are asked for."""

    gym_id: Identifier
    date: DateInput = Field(description="On the gym's calendar.")
    duration: Duration


class AlternativesQuery(RequestModel):
    """The start near which others are asked for."""

    gym_id: Identifier
    starts_at: InstantInput
    duration: Duration


class QuoteSessionRequest(RequestModel):
    """A session that somebody may want."""

    gym_id: Identifier
    starts_at: InstantInput
    duration: Duration


class BookSessionRequest(QuoteSessionRequest):
    """A session that somebody wants."""

    invitees: list[EmailAddress] = Field(
        default_factory=list, max_length=20, description="E-mail addresses of guests, within the gym's capacity."
    )


class SessionsQuery(RequestModel):
    """Which of a member's sessions are asked for."""

    status: Which = Field(
        default=Which.UPCOMING,
        description="`upcoming` have not ended, the next first; `past` have, and `cancelled`: the latest first.",
    )


class AvailableStartSummary(ResponseModel):
    """A session that can be booked: post `starts_at` back as it is."""

    starts_at: Instant
    ends_at: Instant
    start_time: str = Field(description="On the gym's wall clock.", examples=["18:30"])
    end_time: str = Field(examples=["19:30"])
    price_credits: int


class AvailableStartPage(Page[AvailableStartSummary]):
    """The bookable starts of a gym's day, all of them, in the order of time."""

    next_cursor: None = None


class AlternativeSummary(ResponseModel):
    """Another session that could be booked."""

    gym_id: str
    starts_at: Instant
    ends_at: Instant
    price_credits: int
    distance_km: float = Field(description="From the gym that was asked for; 0 at that gym.")


class AlternativePage(Page[AlternativeSummary]):
    """Other starts, the best first; no more follow."""

    next_cursor: None = None


class RuleFailureView(ResponseModel):
    """A booking rule that fails."""

    code: str = Field(examples=["slot_taken"])
    detail: str


class QuoteView(ResponseModel):
    """What a session would cost, and why it could not be booked."""

    bookable: bool
    price_credits: int
    price: Money
    refundable_until: Instant = Field(description="May have passed already for a late booking.")
    failures: list[RuleFailureView] = Field(description="Every rule that fails; booking names the first.")


class CreditAllocationView(ResponseModel):
    """Credits that came out of one pot, with the expiry that they keep when they go back."""

    pot: str
    amount: int
    expires_at: Instant


class SessionView(ResponseModel):
    """A session, with the gym's name, address and policy as they were when it was booked."""

    id: str
    user_id: str
    gym_id: str
    gym_name: str
    gym_address: str
    timezone: str
    starts_at: Instant
    ends_at: Instant
    booking_date: str = Field(description="On the gym's calendar.", examples=["2026-03-02"])
    start_time: str = Field(description="On the gym's wall clock.", examples=["18:30"])
    end_time: str
    duration: int = Field(description="Minutes of elapsed time.")
    status: SessionStatus
    price_credits: int
    price: Money
    pots: list[CreditAllocationView]
    refundable_until: Instant
    invitees: list[str] = Field(description="E-mail addresses that are still to be invited.")
    version: int
    sequence: int
    created_at: Instant
    cancelled_at: Instant | None
    refunded_credits: int | None = Field(description="What a cancellation gave back; null while the session stands.")

    @classmethod
    def of(cls, session: Session) -> SessionView:
        """The view of a record."""
        return cls(
            id=session.id,
            user_id=session.user_id,
            gym_id=session.gym_id,
            gym_name=session.gym_name,
            gym_address=session.gym_address,
            timezone=session.timezone,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            booking_date=session.booking_date,
            start_time=session.start_time,
            end_time=session.end_time,
            duration=int(session.duration),
            status=SessionStatus(session.status),
            price_credits=int(session.price_credits),
            price=Money(amount=int(session.price_amount), currency=session.price_currency),
            pots=[
                CreditAllocationView(
                    pot=allocation.pot, amount=int(allocation.amount), expires_at=allocation.expires_at
                )
                for allocation in session.credit_allocations
            ],
            refundable_until=session.refundable_until,
            invitees=list(session.invitees or ()),
            version=int(session.version),
            sequence=int(session.sequence),
            created_at=session.created_at,
            cancelled_at=session.cancelled_at,
            refunded_credits=None if session.refunded_credits is None else int(session.refunded_credits),
        )


class SessionPage(Page[SessionView]):
    """A page of a member's sessions."""

"""Request and response bodies of the session service."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from session.records import Session
from session.status import SessionStatus, Which
from solo60.models import (
    DateInput,
    EmailAddress,
    Id,
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
    """The gym, the day and the duration."""

    gym_id: Identifier
    date: DateInput = Field(description="On the gym's calendar.")
    duration: Duration


class AlternativesQuery(RequestModel):
    """The start to find alternatives to."""

    gym_id: Identifier
    starts_at: InstantInput
    duration: Duration


class QuoteSessionRequest(RequestModel):
    """The session to quote."""

    gym_id: Identifier
    starts_at: InstantInput
    duration: Duration


class BookSessionRequest(QuoteSessionRequest):
    """The session to book."""

    invitees: list[EmailAddress] = Field(
        default_factory=list, max_length=20, description="E-mail addresses of guests, within the gym's capacity."
    )


class SessionsQuery(RequestModel):
    """Selects some of a member's sessions."""

    status: Which = Field(
        default=Which.UPCOMING,
        description="`upcoming`: not ended, the next first. `past` and `cancelled`: the latest first.",
    )


class AvailableStartSummary(ResponseModel):
    """A session that can be booked: post `starts_at` back as it is."""

    starts_at: Instant
    ends_at: Instant
    start_time: str = Field(description="In the gym's local time.", examples=["18:30"])
    end_time: str = Field(examples=["19:30"])
    price_credits: int


class AvailableStartPage(Page[AvailableStartSummary]):
    """All bookable starts of a gym's day, in the order of time."""

    next_cursor: str | None = Field(default=None, description="Always null: there is only one page.")


class AlternativeSummary(ResponseModel):
    """Another session that could be booked."""

    gym_id: Id
    starts_at: Instant
    ends_at: Instant
    price_credits: int
    distance_km: float = Field(description="From the requested gym; 0 at that gym.")


class AlternativePage(Page[AlternativeSummary]):
    """Alternatives, the best first."""

    next_cursor: str | None = Field(default=None, description="Always null: there is only one page.")


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
    cancelled_at: Instant | None
    refunded_credits: int | None = Field(description="The refund of a cancelled session; null before.")

    @classmethod
    def of(cls, session: Session) -> SessionView:
        """The view of a session."""
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

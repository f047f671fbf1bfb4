"""Response bodies of quotes and of refused bookings."""

from __future__ import annotations

from session.booking.booking import RefusedBooking
from session.booking.holding import PricedHold
from session.booking.quoting import Quote
from session.booking.schemas import HoldView, QuoteView, RefusedBookingView, RuleFailureView
from session.time.views import alternative_summaries


def quote_view(quote: Quote) -> QuoteView:
    """A quote with every rule that fails."""
    return QuoteView(
        bookable=not quote.failures,
        price_credits=quote.proposal.price_credits,
        price=quote.price,
        refundable_until=quote.proposal.refundable_until,
        failures=[RuleFailureView(code=failure.code, detail=failure.detail) for failure in quote.failures],
    )


def hold_view(priced: PricedHold) -> HoldView:
    """A hold, with the price of its session."""
    hold = priced.hold
    return HoldView(
        id=hold.id,
        gym_id=hold.gym_id,
        starts_at=hold.starts_at,
        ends_at=hold.ends_at,
        duration=hold.duration,
        price_credits=priced.price_credits,
        expires_at=hold.expires_at,
    )


def refused_booking_view(refused: RefusedBooking) -> RefusedBookingView:
    """What helps a member to go on after a booking was refused."""
    return RefusedBookingView(
        alternatives=alternative_summaries(refused.alternatives), session_id=refused.own_session_id
    )

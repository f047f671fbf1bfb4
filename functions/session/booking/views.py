"""Response bodies of quotes and of refused bookings."""

from __future__ import annotations

from session.booking.booking import RefusedBooking
from session.booking.quoting import Quote
from session.booking.schemas import QuoteView, RefusedBookingView, RuleFailureView
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


def refused_booking_view(refused: RefusedBooking) -> RefusedBookingView:
    """What helps a member to go on after a booking was refused."""
    return RefusedBookingView(
        alternatives=alternative_summaries(refused.alternatives), session_id=refused.own_session_id
    )

"""Response bodies of quotes."""

from __future__ import annotations

from session.booking.quoting import Quote
from session.booking.schemas import QuoteView, RuleFailureView


def quote_view(quote: Quote) -> QuoteView:
    """A quote with every rule that fails."""
    return QuoteView(
        bookable=not quote.failures,
        price_credits=quote.proposal.price_credits,
        price=quote.price,
        refundable_until=quote.proposal.refundable_until,
        failures=[RuleFailureView(code=failure.code, detail=failure.detail) for failure in quote.failures],
    )

"""The response body of a session."""

from __future__ import annotations

from session.records import Session
from session.schemas import CreditAllocationView, SessionView
from session.status import SessionStatus
from solo60 import clock
from solo60.http.response import Tagged
from solo60.models import Money


def session_body(session: Session) -> SessionView:
    """A session as its host sees it."""
    return SessionView(
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
            CreditAllocationView(pot=allocation.pot, amount=int(allocation.amount), expires_at=allocation.expires_at)
            for allocation in session.credit_allocations
        ],
        refundable_until=session.refundable_until,
        invitees=list(session.invitees or ()),
        version=int(session.version),
        sequence=int(session.sequence),
        created_at=session.created_at,
        checked_in_at=min((clock.from_rfc3339(at) for at in session.check_ins.values()), default=None),
        checked_out_at=session.checked_out_at,
        cancelled_at=session.cancelled_at,
        refunded_credits=None if session.refunded_credits is None else int(session.refunded_credits),
    )


def session_view(session: Session) -> Tagged[SessionView]:
    """A session as its host sees it, with its version as `ETag`."""
    return Tagged(session_body(session), int(session.version))


def guest_view(session: Session, email: str) -> Tagged[SessionView]:
    """A session as a guest who is invited by `email` sees it: not how it was paid, nor who else is invited."""
    seen = session_body(session).model_copy(update={"pots": [], "invitees": [email.lower()], "refunded_credits": None})
    return Tagged(seen, int(session.version))

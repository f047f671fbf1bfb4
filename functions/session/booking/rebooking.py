"""Refunds of late cancellations whose time another member has booked since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from gym.published import LONGEST_BUFFER, GymTimeRepository
from payment.published import Ledger
from session.booking.credit_allocations import allocations_of
from session.booking.repository import SessionRepository
from session.event_data import event_data_of
from session.events import SessionBooked, SessionRefunded
from session.records import LateCancellation, Session
from session.status import SessionStatus
from solo60 import observability
from solo60.events import publish
from solo60.unit_of_work import UnitOfWork, Work


def refund_rebooked(
    uow: UnitOfWork, sessions: SessionRepository, times: GymTimeRepository, ledger: Ledger, booked: SessionBooked
) -> int:
    """Refund late cancellations whose whole time is booked again, now that another member has booked.

    Returns
    -------
    int
        How many were refunded.
    """
    # The new session may complete the rebooking of an earlier one, because the buffer between sessions counts.
    late_cancellations = sessions.late_cancellations_overlapping(
        booked.gym_id, booked.starts_at - LONGEST_BUFFER, booked.ends_at
    )
    return sum(
        _refund_if_rebooked(uow, sessions, times, ledger, late_cancellation)
        for late_cancellation in late_cancellations
        if late_cancellation.user_id != booked.user_id
    )


def _refund_if_rebooked(
    uow: UnitOfWork,
    sessions: SessionRepository,
    times: GymTimeRepository,
    ledger: Ledger,
    late_cancellation: LateCancellation,
) -> bool:
    def act(work: Work) -> bool:
        session, account = sessions.session_and_account(
            work.read, late_cancellation.session_id, late_cancellation.user_id
        )
        # The refund resets `refund_if_rebooked`, so a repeated delivery changes nothing.
        if session is None or not session.refund_if_rebooked or not _is_rebooked(sessions, times, session):
            return False
        version_read = int(session.version)
        session.version = version_read + 1
        session.refund_if_rebooked = False
        session.refunded_credits = int(session.price_credits)
        sessions.change(work, session, version_read)
        sessions.delete_late_cancellation(work, session)
        ledger.give_back(
            work,
            user_id=session.user_id,
            account=account,
            allocations=allocations_of(session),
            reference=session.id,
            description=f"Booked again: session at {session.gym_name}, {session.booking_date} {session.start_time}",
        )
        publish(work, SessionRefunded(**event_data_of(session), refunded_credits=int(session.refunded_credits)))
        return True

    refunded = uow.run(act)
    if refunded:
        observability.count("SessionsRefundedAfterRebooking")
    return refunded


def _is_rebooked(sessions: SessionRepository, times: GymTimeRepository, session: Session) -> bool:
    holders = times.holders(session.gym_id, session.starts_at, session.ends_at + LONGEST_BUFFER)
    others = [
        other
        for other in sessions.with_ids(holders)
        if other.user_id != session.user_id and other.status != SessionStatus.CANCELLED
    ]
    return covered(session.starts_at, session.ends_at, others)


def covered(start: datetime, end: datetime, sessions: Sequence[Session]) -> bool:
    """Whether sessions fill [start, end). The buffer between two sessions counts as filled: it cannot be booked."""
    filled_to, gap = start, timedelta(0)
    for session in sorted(sessions, key=lambda each: each.starts_at):
        if filled_to >= end or session.starts_at > filled_to + gap:
            break
        filled_to, gap = max(filled_to, session.ends_at), session.held_until - session.ends_at
    return filled_to >= end

"""Refunds of late cancellations whose time another member has booked since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from gym.published import LONGEST_BUFFER
from payment.published import AccountChanged, give_back
from session.credit_allocations import allocations_of
from session.event_data import event_data_of
from session.events import SessionRefunded
from session.records import Session
from session.repository import SessionRepository
from session.retry import ConditionFailed, attempts
from session.status import SessionStatus
from solo60 import observability
from solo60.events import publish
from solo60.problems import ServiceUnavailable
from solo60.transaction import Transaction


def refund_rebooked(
    repository: SessionRepository, gym_id: str, starts_at: datetime, ends_at: datetime, booked_by: str
) -> int:
    """Refund late cancellations whose whole time is booked again, after `booked_by` has booked [starts_at, ends_at).

    Returns
    -------
    int
        How many were refunded.
    """
    # The new session may complete the rebooking of an earlier one, because the buffer between sessions counts.
    late_cancellations = repository.late_cancellations_overlapping(gym_id, starts_at - LONGEST_BUFFER, ends_at)
    return sum(
        _refund_if_rebooked(repository, late_cancellation.session_id, late_cancellation.user_id)
        for late_cancellation in late_cancellations
        if late_cancellation.user_id != booked_by
    )


def _refund_if_rebooked(repository: SessionRepository, session_id: str, user_id: str) -> bool:
    for _ in attempts():
        found = repository.session_and_account(session_id, user_id)
        # The refund resets `refund_if_rebooked`, so a repeated delivery changes nothing.
        if found is None or not found.session.refund_if_rebooked or not _is_rebooked(repository, found.session):
            return False
        session = found.session
        version_read = int(session.version)
        session.version = version_read + 1
        session.refund_if_rebooked = False
        session.refunded_credits = int(session.price_credits)
        transaction = Transaction()
        repository.change(transaction, session, version_read, ConditionFailed())
        repository.delete_late_cancellation(transaction, session, ConditionFailed())
        give_back(
            transaction,
            user_id=user_id,
            account=found.account,
            allocations=allocations_of(session),
            reference=session.id,
            description=f"Booked again: session at {session.gym_name}, {session.booking_date} {session.start_time}",
        )
        publish(transaction, SessionRefunded(**event_data_of(session), refunded_credits=int(session.refunded_credits)))
        try:
            transaction.commit()
        except (ConditionFailed, AccountChanged):
            continue
        observability.count("SessionsRefundedAfterRebooking")
        return True
    raise ServiceUnavailable  # not reached: attempts() raises it


def _is_rebooked(repository: SessionRepository, session: Session) -> bool:
    others = [
        other
        for other in repository.sessions_at(session.gym_id, session.starts_at, session.ends_at + LONGEST_BUFFER)
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

"""Cancellation: frees the time, and refunds the credits before the deadline or when another member books the time."""

from __future__ import annotations

from collections.abc import Callable

from payment.published import AccountChanged, give_back
from session.credit_allocations import allocations_of
from session.errors import NotCancellable, SessionNotFound
from session.event_data import event_data_of
from session.events import SessionCancelled
from session.records import Session
from session.repository import SessionRepository
from session.retry import ConditionFailed, attempts
from session.status import SessionStatus
from solo60 import clock, observability
from solo60.bans import require_not_banned
from solo60.events import publish
from solo60.problems import ServiceUnavailable
from solo60.transaction import Transaction

StoreResponse = Callable[[Transaction, Session], None]
"""Adds the response, stored under the Idempotency-Key, to the transaction."""


def cancel(repository: SessionRepository, user_id: str, session_id: str, store_response: StoreResponse) -> Session:
    """Cancel a member's own session. A session that is already cancelled is returned unchanged.

    Raises
    ------
    SessionNotFound
        The member has no such session.
    NotCancellable
        It has started or ended.
    ServiceUnavailable
        Other requests kept changing the data that the cancellation depends on.
    """
    for _ in attempts():
        found = repository.session_and_account(session_id, user_id)
        if found is None or found.session.user_id != user_id:
            raise SessionNotFound
        session = found.session
        if session.status == SessionStatus.CANCELLED:
            return session
        _require_cancellable(session)
        transaction = Transaction()
        _compose(repository, transaction, session, found.account)
        store_response(transaction, session)
        try:
            transaction.commit()
        except (ConditionFailed, AccountChanged):
            continue
        observability.count("SessionsCancelled")
        return session
    raise ServiceUnavailable  # not reached: attempts() raises it


def _require_cancellable(session: Session) -> None:
    if session.status != SessionStatus.CONFIRMED:
        raise NotCancellable(f"The session is {session.status}.".replace("_", " "))
    if session.starts_at <= clock.now():
        raise NotCancellable("The session has begun.")


def _compose(repository: SessionRepository, transaction: Transaction, session: Session, account: object) -> None:
    now = clock.now()
    version_read = int(session.version)
    in_time = now <= session.refundable_until
    session.status = SessionStatus.CANCELLED
    session.cancelled_at = now
    session.version = version_read + 1
    session.sequence = int(session.sequence) + 1
    session.refunded_credits = int(session.price_credits) if in_time else 0
    session.refund_if_rebooked = not in_time and session.price_credits > 0
    require_not_banned(transaction, session.user_id)
    repository.change(transaction, session, version_read, ConditionFailed())
    repository.release_time(transaction, session, ConditionFailed())
    if in_time:
        give_back(
            transaction,
            user_id=session.user_id,
            account=account,
            allocations=allocations_of(session),
            reference=session.id,
            description=f"Cancelled: session at {session.gym_name}, {session.booking_date} {session.start_time}",
        )
    if session.refund_if_rebooked:
        repository.put_late_cancellation(transaction, session)
    publish(transaction, SessionCancelled(**event_data_of(session), refunded_credits=int(session.refunded_credits)))

"""A member's own sessions, and sessions that the member is invited to."""

from __future__ import annotations

from session.errors import SessionNotFound
from session.history.repository import HistoryRepository
from session.records import Session
from session.status import SessionStatus, Which
from solo60 import clock
from solo60.paging import PageOf, Paging
from solo60.records import batch_get


def session_seen_by(repository: HistoryRepository, user_id: str, email: str, session_id: str) -> Session:
    """A member's own session, or one that the member is a guest of or may still accept an invitation to.

    Raises
    ------
    SessionNotFound
        There is no such session, or it belongs to another member.
    """
    session = repository.find(batch_get, session_id)
    if session is None:
        raise SessionNotFound
    if user_id not in {session.user_id, *session.guests} and not _is_invited(session, email.lower()):
        raise SessionNotFound
    return session


def _is_invited(session: Session, email: str) -> bool:
    open_ = session.status != SessionStatus.CANCELLED and session.starts_at > clock.now()
    return open_ and email in session.invitees


def sessions_of(repository: HistoryRepository, user_id: str, which: Which, paging: Paging) -> PageOf[Session]:
    """A page of a member's sessions: upcoming ones with the next first, others with the latest first."""
    if which is Which.CANCELLED:
        return repository.cancelled(user_id, paging)
    return repository.booked(user_id, paging, ended=which is Which.PAST)

"""A member's own sessions, and sessions that the member is invited to."""

from __future__ import annotations

from session.errors import SessionNotFound
from session.history.repository import HistoryRepository
from session.records import Session
from session.status import SessionStatus, Which
from solo60.paging import PageOf, Paging
from solo60.records import batch_get


def session_seen_by(repository: HistoryRepository, user_id: str, email: str, session_id: str) -> Session:
    """A member's own session, or one that is not cancelled and that the member's e-mail address is invited to.

    Raises
    ------
    SessionNotFound
        There is no such session, or it belongs to another member.
    """
    session = repository.find(batch_get, session_id)
    if session is None:
        raise SessionNotFound
    invited = email.lower() in session.invitees and session.status != SessionStatus.CANCELLED
    if session.user_id != user_id and not invited:
        raise SessionNotFound
    return session


def sessions_of(repository: HistoryRepository, user_id: str, which: Which, paging: Paging) -> PageOf[Session]:
    """A page of a member's sessions: upcoming ones with the next first, others with the latest first."""
    if which is Which.CANCELLED:
        return repository.cancelled(user_id, paging)
    return repository.booked(user_id, paging, ended=which is Which.PAST)

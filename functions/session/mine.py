"""A member's own sessions."""

from __future__ import annotations

from session.errors import SessionNotFound
from session.records import Session
from session.repository import MemberSessions, Position, SessionRepository
from session.status import Which


def session_of(repository: SessionRepository, user_id: str, session_id: str) -> Session:
    """One session of a member.

    Raises
    ------
    SessionNotFound
        There is none, or it is somebody else's.
    """
    session = repository.find(session_id)
    if session is None or session.user_id != user_id:
        raise SessionNotFound
    return session


def sessions_of(
    repository: SessionRepository, user_id: str, which: Which, limit: int, after: Position | None
) -> MemberSessions:
    """A page of a member's sessions: those to come with the next first, others with the latest first."""
    if which is Which.CANCELLED:
        return repository.cancelled(user_id, limit=limit, after=after)
    return repository.booked(user_id, ended=which is Which.PAST, limit=limit, after=after)

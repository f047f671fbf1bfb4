"""The calendar entries of sessions: for one of them, and for all in a member's feed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from session.calendar.feeds import token_hash
from session.calendar.repository import CalendarRepository, FeedRepository
from session.errors import FeedNotFound, SessionNotFound
from session.records import Session
from session.status import SessionStatus
from solo60 import clock
from solo60.calendar import CalendarEntry, session_entry
from solo60.records import batch_get

PAST = timedelta(days=30)
"""How long a session stays in a feed after its end."""


def entry_of(session: Session) -> CalendarEntry:
    """The calendar entry of a session, the same as in the mails about it."""
    return session_entry(
        session_id=session.id,
        sequence=int(session.sequence),
        changed_at=session.changed_at,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        gym_name=session.gym_name,
        gym_address=session.gym_address,
        cancelled=session.status == SessionStatus.CANCELLED,
    )


def entry_for(sessions: CalendarRepository, user_id: str, session_id: str) -> CalendarEntry:
    """The calendar entry of a session for its host, or for a guest who has accepted; also of a cancelled one.

    Raises
    ------
    SessionNotFound
        The member takes part in no such session.
    """
    session = sessions.find(batch_get, session_id)
    if session is None or user_id not in {session.user_id, *session.guests}:
        raise SessionNotFound
    return entry_of(session)


def feed_entries(sessions: CalendarRepository, feeds: FeedRepository, token: str) -> list[CalendarEntry]:
    """The entries of the feed that a token opens: sessions to come and of the past days, in the order of their starts.

    Raises
    ------
    FeedNotFound
        The token opens none, or has been replaced.
    """
    user_id = feeds.owner(token_hash(token))
    if user_id is None:
        raise FeedNotFound
    since = clock.now() - PAST
    return [
        entry_of(session)
        for session in _in_order([*sessions.of_host(user_id, since), *sessions.of_guest(user_id, since)])
    ]


def _in_order(sessions: Iterable[Session]) -> list[Session]:
    return sorted(sessions, key=lambda session: (session.starts_at, session.id))

"""Response bodies of lists of sessions."""

from __future__ import annotations

from session.history.repository import MemberSessions
from session.history.schemas import SessionPage
from session.views import session_body


def session_page(page: MemberSessions, next_cursor: str | None) -> SessionPage:
    """A page of a member's sessions."""
    return SessionPage(items=[session_body(session) for session in page.sessions], next_cursor=next_cursor)

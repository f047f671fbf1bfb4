"""Response bodies of lists of sessions."""

from __future__ import annotations

from session.history.schemas import SessionPage
from session.records import Session
from session.views import session_body
from solo60.paging import PageOf


def session_page(page: PageOf[Session]) -> SessionPage:
    """A page of a member's sessions."""
    return SessionPage(items=[session_body(session) for session in page.items], next_cursor=page.next_cursor)

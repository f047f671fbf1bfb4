"""GET /sessions."""

from __future__ import annotations

from session.list_sessions import sessions_of
from session.repository import SessionRepository
from session.schemas import SessionPage, SessionsQuery, SessionView
from solo60.declarations import Access
from solo60.grants import TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.paging import Paging
from solo60.http.request import Caller, Query


@endpoint(
    "GET",
    "/sessions",
    access=Access.MEMBER,
    grants=(TableGrant("session", indexes={"by_member"}),),
)
def handler(query: Query[SessionsQuery], caller: Caller, paging: Paging, sessions: SessionRepository) -> SessionPage:
    """My sessions: upcoming, past, cancelled.

    Sessions that I am invited to are not in the list.
    """
    page = sessions_of(sessions, caller.id, query.status, paging.limit, paging.position)
    return SessionPage(
        items=[SessionView.of(session) for session in page.sessions],
        next_cursor=paging.cursor_after(page.position),
    )

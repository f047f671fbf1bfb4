"""GET /sessions."""

from __future__ import annotations

from session.history.list_sessions import sessions_of
from session.history.repository import HistoryRepository
from session.history.schemas import SessionPage, SessionsQuery
from session.history.views import session_page
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
def handler(query: Query[SessionsQuery], caller: Caller, paging: Paging, sessions: HistoryRepository) -> SessionPage:
    """My sessions: upcoming, past, cancelled.

    Sessions that I am invited to are not in the list.
    """
    page = sessions_of(sessions, caller.id, query.status, paging.limit, paging.position)
    return session_page(page, paging.cursor_after(page.position))

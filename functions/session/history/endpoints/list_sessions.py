"""GET /sessions."""

from __future__ import annotations

from session.history.list_sessions import sessions_of
from session.history.repository import HistoryRepository
from session.history.schemas import SessionsQuery
from session.history.views import session_page
from session.records import Session
from solo60.declarations import Access
from solo60.grants import TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller, Query
from solo60.paging import PageOf, Paging


@endpoint(
    "GET",
    "/sessions",
    access=Access.MEMBER,
    grants=(TableGrant("session", indexes={"by_member"}),),
    view=session_page,
)
def handler(
    query: Query[SessionsQuery], caller: Caller, paging: Paging, sessions: HistoryRepository
) -> PageOf[Session]:
    """My sessions: upcoming, past, cancelled.

    Sessions that I am invited to are not in the list.
    """
    return sessions_of(sessions, caller.id, query.status, paging)

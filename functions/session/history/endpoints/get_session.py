"""GET /sessions/{session_id}."""

from __future__ import annotations

from session.errors import SessionNotFound
from session.history.list_sessions import session_seen_by
from session.history.repository import HistoryRepository
from session.schemas import SessionView
from session.views import guest_view, session_view
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller, Path
from solo60.http.response import Tagged
from solo60.models import Identifier


@endpoint(
    "GET",
    "/sessions/{session_id}",
    access=Access.MEMBER,
    grants=(TableGrant("session", {Do.BATCH_GET}),),
    errors=(SessionNotFound,),
)
def handler(session_id: Path[Identifier], caller: Caller, sessions: HistoryRepository) -> Tagged[SessionView]:
    """One of my sessions, or one that I am invited to.

    A guest does not see how it was paid or who else is invited.
    """
    session = session_seen_by(sessions, caller.id, caller.email, str(session_id))
    return session_view(session) if session.user_id == caller.id else guest_view(session, caller.email)

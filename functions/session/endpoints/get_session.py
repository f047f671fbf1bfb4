"""GET /sessions/{session_id}."""

from __future__ import annotations

from session.errors import SessionNotFound
from session.mine import session_of
from session.rendering import tagged
from session.repository import SessionRepository
from session.schemas import SessionView
from solo60.declarations import Access, Do, Needs, Table
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller, Path
from solo60.http.response import Tagged
from solo60.models import Identifier


@endpoint(
    "GET",
    "/sessions/{session_id}",
    access=Access.MEMBER,
    needs=Needs(tables=(Table("session", {Do.GET}),)),
    errors=(SessionNotFound,),
)
def handler(session_id: Path[Identifier], caller: Caller, sessions: SessionRepository) -> Tagged[SessionView]:
    """One of my sessions."""
    return tagged(session_of(sessions, caller.id, str(session_id)))

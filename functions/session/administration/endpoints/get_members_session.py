"""GET /admin/sessions/{session_id}."""

from __future__ import annotations

from session.administration.overriding import LoggedSession, logged
from session.administration.repository import SessionAdminRepository
from session.administration.views import logged_session_view
from session.errors import SessionNotFound
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Path
from solo60.models import Identifier


@endpoint(
    "GET",
    "/admin/sessions/{session_id}",
    access=Access.ADMIN,
    grants=(TableGrant("session", {Do.BATCH_GET, Do.QUERY}),),
    errors=(SessionNotFound,),
    view=logged_session_view,
)
def handler(session_id: Path[Identifier], sessions: SessionAdminRepository) -> LoggedSession:
    """One session, with its log.

    The log says who booked, moved, cancelled and checked in, and when.
    """
    return logged(sessions, str(session_id))

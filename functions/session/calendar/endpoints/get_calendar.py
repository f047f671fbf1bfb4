"""GET /sessions/{session_id}/calendar."""

from __future__ import annotations

from session.calendar.entries import entry_for
from session.calendar.repository import CalendarRepository
from session.calendar.views import session_file
from session.errors import SessionNotFound
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller, Path, Request
from solo60.http.response import Cacheable, NotModified
from solo60.models import Identifier


@endpoint(
    "GET",
    "/sessions/{session_id}/calendar",
    access=Access.MEMBER,
    grants=(TableGrant("session", {Do.BATCH_GET}),),
    errors=(SessionNotFound,),
    content_type="text/calendar",
)
def handler(
    session_id: Path[Identifier], caller: Caller, request: Request, sessions: CalendarRepository
) -> Cacheable | NotModified:
    """A session as .ics, for its host and for guests who have accepted.

    The entry is the same as in the mails about the session, and its SEQUENCE rises with each change. That of a
    cancelled session says so.
    """
    entry = entry_for(sessions, caller.id, str(session_id))
    return session_file(entry).unless_known(request.header("if-none-match"))

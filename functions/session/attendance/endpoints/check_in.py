"""POST /sessions/{session_id}/check-in."""

from __future__ import annotations

from session.attendance.checking_in import Attended, Participant, check_in
from session.attendance.views import attended_view
from session.errors import CheckInClosed, SessionNotFound
from session.repository import SessionRepository
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller, IfMatch, Path
from solo60.models import Identifier
from solo60.problems import PreconditionFailed
from solo60.unit_of_work import UnitOfWork


@endpoint(
    "POST",
    "/sessions/{session_id}/check-in",
    access=Access.MEMBER,
    grants=(TableGrant("session", {Do.BATCH_GET, Do.PUT, Do.UPDATE}),),
    errors=(SessionNotFound, PreconditionFailed, CheckInClosed),
    view=attended_view,
)
def handler(
    session_id: Path[Identifier],
    caller: Caller,
    if_match: IfMatch,
    uow: UnitOfWork,
    *,
    sessions: SessionRepository,
) -> Attended:
    """Check in, from ten minutes before the start until a quarter of an hour after it.

    Who has checked in before gets the session as it is.
    """
    participant = Participant(caller.id, caller.email)
    return check_in(uow, sessions, participant, str(session_id), seen_version=if_match.version)

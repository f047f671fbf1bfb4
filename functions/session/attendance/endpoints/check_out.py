"""POST /sessions/{session_id}/check-out."""

from __future__ import annotations

from gym import published as gym
from session.attendance.checking_in import Attended, Participant, check_out
from session.attendance.views import attended_view
from session.claims import SessionClaims
from session.errors import NotCheckedIn, SessionNotFound
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
    "/sessions/{session_id}/check-out",
    access=Access.MEMBER,
    grants=(TableGrant("session", {Do.BATCH_GET, Do.PUT, Do.UPDATE}), gym.RELEASE),
    errors=(SessionNotFound, PreconditionFailed, NotCheckedIn),
    view=attended_view,
)
def handler(
    session_id: Path[Identifier],
    caller: Caller,
    if_match: IfMatch,
    uow: UnitOfWork,
    *,
    sessions: SessionRepository,
    claims: SessionClaims,
) -> Attended:
    """End the use of a session. Whole quarters of an hour that are left are free for others.

    Nothing is refunded for them. A session whose use has ended is returned unchanged.
    """
    participant = Participant(caller.id, caller.email)
    return check_out(uow, sessions, claims, participant, str(session_id), seen_version=if_match.version)

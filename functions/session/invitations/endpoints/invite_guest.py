"""POST /sessions/{session_id}/invitations."""

from __future__ import annotations

from session.errors import InvitationsClosed, SessionNotFound, TooManyInvitations
from session.invitations.repository import InvitationRepository
from session.invitations.schemas import InviteGuestRequest
from session.invitations.sending import invite
from session.invitations.views import invitation_view
from session.records import Invitation, Session
from session.repository import SessionRepository
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, Caller, Path
from solo60.models import Identifier
from solo60.problems import InvalidRequest
from solo60.unit_of_work import UnitOfWork


@endpoint(
    "POST",
    "/sessions/{session_id}/invitations",
    access=Access.MEMBER,
    status=201,
    grants=(TableGrant("session", {Do.BATCH_GET, Do.PUT, Do.UPDATE}),),
    errors=(SessionNotFound, InvalidRequest, InvitationsClosed, TooManyInvitations),
    view=invitation_view,
)
def handler(
    session_id: Path[Identifier],
    body: Body[InviteGuestRequest],
    caller: Caller,
    uow: UnitOfWork,
    *,
    sessions: SessionRepository,
    invitations: InvitationRepository,
) -> tuple[Invitation, Session]:
    """Invite a friend by e-mail; at most ten pending.

    More may be invited than there are places: the first to accept have them. An address that is invited already keeps
    its invitation; one that has declined is asked again.
    """
    return invite(
        uow,
        sessions,
        invitations,
        host_id=caller.id,
        host_email=caller.email,
        session_id=str(session_id),
        email=body.email,
    )

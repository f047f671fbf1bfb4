"""DELETE /sessions/{session_id}/invitations/{invitation_id}."""

from __future__ import annotations

from session.errors import InvitationNotFound, InvitationsClosed, SessionNotFound
from session.invitations.repository import InvitationRepository
from session.invitations.sending import withdraw
from session.repository import SessionRepository
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller, Path
from solo60.models import Identifier
from solo60.unit_of_work import UnitOfWork


@endpoint(
    "DELETE",
    "/sessions/{session_id}/invitations/{invitation_id}",
    access=Access.MEMBER,
    status=204,
    grants=(TableGrant("session", {Do.BATCH_GET, Do.PUT, Do.UPDATE, Do.DELETE}),),
    errors=(SessionNotFound, InvitationNotFound, InvitationsClosed),
)
def handler(
    session_id: Path[Identifier],
    invitation_id: Path[Identifier],
    caller: Caller,
    uow: UnitOfWork,
    *,
    sessions: SessionRepository,
    invitations: InvitationRepository,
) -> None:
    """Take an invitation back; a guest who has accepted loses the place.

    One that was declined or taken back before stays as it is.
    """
    withdraw(
        uow,
        sessions,
        invitations,
        host_id=caller.id,
        session_id=str(session_id),
        invitation_id=str(invitation_id),
    )

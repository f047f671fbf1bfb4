"""POST /sessions/invitations/{invitation_id}/accept."""

from __future__ import annotations

from gym import published as gym
from session.errors import InvitationClosed, InvitationNotFound, SessionFull
from session.invitations.answering import accept
from session.invitations.repository import InvitationRepository, Received
from session.invitations.views import received_view
from session.repository import SessionRepository
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller, Path
from solo60.models import Identifier
from solo60.unit_of_work import UnitOfWork
from user.published import READ_PROFILE


@endpoint(
    "POST",
    "/sessions/invitations/{invitation_id}/accept",
    access=Access.MEMBER,
    grants=(TableGrant("session", {Do.BATCH_GET, Do.PUT, Do.UPDATE}), gym.READ, gym.CHECK, READ_PROFILE),
    errors=(InvitationNotFound, InvitationClosed, SessionFull),
    view=received_view,
)
def handler(
    invitation_id: Path[Identifier],
    caller: Caller,
    uow: UnitOfWork,
    *,
    sessions: SessionRepository,
    invitations: InvitationRepository,
) -> Received:
    """Take the place, if one is left.

    Who comes too late for the last place gets `session_full`, and the invitation stays pending. An invitation that is
    accepted already is returned unchanged.
    """
    return accept(
        uow,
        sessions,
        invitations,
        user_id=caller.id,
        email=caller.email,
        invitation_id=str(invitation_id),
    )

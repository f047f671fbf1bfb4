"""POST /sessions/invitations/{invitation_id}/decline."""

from __future__ import annotations

from gym import published as gym
from session.errors import InvitationClosed, InvitationNotFound
from session.invitations.answering import decline
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
    "/sessions/invitations/{invitation_id}/decline",
    access=Access.MEMBER,
    grants=(TableGrant("session", {Do.BATCH_GET, Do.PUT, Do.UPDATE, Do.DELETE}), gym.READ, READ_PROFILE),
    errors=(InvitationNotFound, InvitationClosed),
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
    """Say no, or give back a place that I have accepted.

    An invitation that is declined already is returned unchanged.
    """
    return decline(
        uow,
        sessions,
        invitations,
        user_id=caller.id,
        email=caller.email,
        invitation_id=str(invitation_id),
    )

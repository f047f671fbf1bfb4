"""GET /sessions/{session_id}/invitations."""

from __future__ import annotations

from session.errors import SessionNotFound
from session.invitations.repository import InvitationRepository
from session.invitations.sending import invitations_of
from session.invitations.views import invitation_page
from session.records import Invitation, Session
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller, Path
from solo60.models import Identifier


@endpoint(
    "GET",
    "/sessions/{session_id}/invitations",
    access=Access.MEMBER,
    grants=(TableGrant("session", {Do.BATCH_GET, Do.QUERY}),),
    errors=(SessionNotFound,),
    view=invitation_page,
)
def handler(
    session_id: Path[Identifier], caller: Caller, invitations: InvitationRepository
) -> list[tuple[Invitation, Session]]:
    """Who is invited to my session, and what they said.

    The first one first. An invitation that nobody has answered when the session begins has expired.
    """
    return invitations_of(invitations, caller.id, str(session_id))

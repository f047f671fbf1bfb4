"""GET /sessions/invitations."""

from __future__ import annotations

from session.invitations.answering import invitations_to
from session.invitations.repository import InvitationRepository, Received
from session.invitations.views import received_page
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller
from solo60.paging import PageOf, Paging
from user.published import READ_PROFILE


@endpoint(
    "GET",
    "/sessions/invitations",
    access=Access.MEMBER,
    grants=(TableGrant("session", {Do.BATCH_GET}, indexes={"by_invitee"}), READ_PROFILE),
    view=received_page,
)
def handler(caller: Caller, paging: Paging, invitations: InvitationRepository) -> PageOf[Received]:
    """Invitations to me.

    Pending ones until the session begins, and accepted ones until it ends, the newest first. A page may be short, even
    empty, and still have a next one.
    """
    return invitations_to(invitations, caller.email, paging)

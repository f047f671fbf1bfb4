"""POST /admin/users/{user_id}/unban."""

from __future__ import annotations

from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller, IfMatch, Path
from solo60.models import Identifier
from solo60.problems import PreconditionFailed
from solo60.unit_of_work import UnitOfWork
from user.administration import views
from user.administration.bans import unban
from user.administration.repository import Member, MemberRepository
from user.errors import MemberNotFound


@endpoint(
    "POST",
    "/admin/users/{user_id}/unban",
    access=Access.ADMIN,
    errors=(MemberNotFound, PreconditionFailed),
    grants=(TableGrant("user", {Do.BATCH_GET, Do.UPDATE, Do.PUT, Do.DELETE, Do.CHECK}),),
    view=views.member_account_view,
)
def handler(
    user_id: Path[Identifier], caller: Caller, if_match: IfMatch, uow: UnitOfWork, members: MemberRepository
) -> Member:
    """Lift a member's ban.

    Sessions that were cancelled stay cancelled. Repeating it changes nothing.
    """
    return unban(uow, members, str(user_id), by=caller.id, seen_version=if_match.version)

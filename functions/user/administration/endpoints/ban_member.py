"""POST /admin/users/{user_id}/ban."""

from __future__ import annotations

from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, Caller, IfMatch, Path
from solo60.models import Identifier
from solo60.problems import PreconditionFailed
from solo60.unit_of_work import UnitOfWork
from user.administration import views
from user.administration.bans import ban
from user.administration.repository import Member, MemberRepository
from user.administration.schemas import BanMemberRequest
from user.errors import LastAdmin, MemberNotFound


@endpoint(
    "POST",
    "/admin/users/{user_id}/ban",
    access=Access.ADMIN,
    errors=(MemberNotFound, LastAdmin, PreconditionFailed),
    grants=(TableGrant("user", {Do.BATCH_GET, Do.UPDATE, Do.PUT, Do.DELETE, Do.CHECK}),),
    view=views.member_account_view,
)
def handler(
    user_id: Path[Identifier],
    body: Body[BanMemberRequest],
    caller: Caller,
    if_match: IfMatch,
    uow: UnitOfWork,
    *,
    members: MemberRepository,
) -> Member:
    """Ban a member, with a reason and an optional end.

    From that moment the member writes nothing, whatever token is held. Upcoming sessions are cancelled and refunded.
    A new ban replaces the present one.
    """
    return ban(
        uow,
        members,
        str(user_id),
        reason=body.reason,
        until=body.until,
        by=caller.id,
        seen_version=if_match.version,
    )

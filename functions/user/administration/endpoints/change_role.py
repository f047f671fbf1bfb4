"""PUT /admin/users/{user_id}/role."""

from __future__ import annotations

from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, Caller, IfMatch, Path
from solo60.models import Identifier
from solo60.problems import PreconditionFailed
from solo60.unit_of_work import UnitOfWork
from user.administration import roles as use_case
from user.administration import views
from user.administration.repository import Member, MemberRepository
from user.administration.schemas import ChangeRoleRequest
from user.errors import LastAdmin, MemberNotFound, NotAnAdmin, OwnSecondFactor
from user.repository import TokenRepository


@endpoint(
    "PUT",
    "/admin/users/{user_id}/role",
    access=Access.ADMIN,
    errors=(MemberNotFound, LastAdmin, NotAnAdmin, OwnSecondFactor, PreconditionFailed),
    grants=(TableGrant("user", {Do.BATCH_GET, Do.UPDATE, Do.PUT, Do.CHECK}),),
    view=views.member_account_view,
)
def handler(
    user_id: Path[Identifier],
    body: Body[ChangeRoleRequest],
    if_match: IfMatch,
    caller: Caller,
    uow: UnitOfWork,
    *,
    members: MemberRepository,
    tokens: TokenRepository,
) -> Member:
    """Make a member an admin, or an admin a member.

    A demotion counts at once, whatever token is held. A new admin needs a new login, which sets up a second factor. The
    last admin who is not banned cannot be demoted. `reset_second_factor` lets another admin, who has lost theirs, set
    up a new one: every login and token of that admin ends.
    """
    if body.reset_second_factor:
        return use_case.reset_second_factor(
            uow, members, tokens, str(user_id), by=caller.id, seen_version=if_match.version
        )
    return use_case.change_role(uow, members, str(user_id), body.role, if_match.version)

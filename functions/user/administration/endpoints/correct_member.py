"""PATCH /admin/users/{user_id}."""

from __future__ import annotations

from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, IfMatch, Path
from solo60.models import Identifier
from solo60.problems import PreconditionFailed
from solo60.unit_of_work import UnitOfWork
from user.administration import views
from user.administration.corrections import correct
from user.administration.repository import Member, MemberRepository
from user.administration.schemas import CorrectMemberRequest
from user.errors import MemberNotFound
from user.repository import ProfileRepository


@endpoint(
    "PATCH",
    "/admin/users/{user_id}",
    access=Access.ADMIN,
    errors=(MemberNotFound, PreconditionFailed),
    grants=(TableGrant("user", {Do.BATCH_GET, Do.UPDATE, Do.PUT, Do.DELETE}),),
    view=views.member_account_view,
)
def handler(
    user_id: Path[Identifier],
    body: Body[CorrectMemberRequest],
    if_match: IfMatch,
    uow: UnitOfWork,
    *,
    members: MemberRepository,
    profiles: ProfileRepository,
) -> Member:
    """Correct a member's profile; `If-Match` prevents lost updates.

    Null clears `phone` and `bio`.
    """
    return correct(uow, members, profiles, user_id=str(user_id), seen_version=if_match.version, changes=body.changes())

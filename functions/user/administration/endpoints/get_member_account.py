"""GET /admin/users/{user_id}."""

from __future__ import annotations

from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Path
from solo60.models import Identifier
from solo60.unit_of_work import UnitOfWork
from user.administration import details as use_case
from user.administration import views
from user.administration.details import MemberDetails
from user.administration.repository import MemberRepository
from user.errors import MemberNotFound


@endpoint(
    "GET",
    "/admin/users/{user_id}",
    access=Access.ADMIN,
    errors=(MemberNotFound,),
    grants=(TableGrant("user", {Do.BATCH_GET, Do.QUERY}),),
    view=views.member_details_view,
)
def handler(user_id: Path[Identifier], uow: UnitOfWork, members: MemberRepository) -> MemberDetails:
    """One member with role, status and bans, past and present.

    The `ETag` is the version of the profile, to send as `If-Match` with a correction.
    """
    return use_case.find(uow, members, str(user_id))

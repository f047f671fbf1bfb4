"""GET /admin/users."""

from __future__ import annotations

from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Query
from solo60.paging import PageOf, Paging
from user.administration import views
from user.administration.criteria import Criteria
from user.administration.repository import Member, MemberRepository
from user.administration.schemas import MembersQuery


@endpoint(
    "GET",
    "/admin/users",
    access=Access.ADMIN,
    grants=(TableGrant("user", {Do.BATCH_GET, Do.QUERY}),),
    view=views.member_page,
)
def handler(query: Query[MembersQuery], paging: Paging, members: MemberRepository) -> PageOf[Member]:
    """Search members by e-mail, name, status and role.

    E-mail and name are beginnings, without regard to case and accents. Without a criterion all members are listed.
    """
    return members.search(Criteria.of(query.email, query.name, query.status, query.role), paging)

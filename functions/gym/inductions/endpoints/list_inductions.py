"""GET /gyms/inductions."""

from __future__ import annotations

from gym.inductions.repository import InductionRepository
from gym.inductions.views import induction_page
from gym.records import Induction
from solo60.declarations import Access
from solo60.grants import TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller
from solo60.paging import PageOf, Paging


@endpoint(
    "GET",
    "/gyms/inductions",
    access=Access.MEMBER,
    grants=(TableGrant("gym", indexes={"by_member"}),),
    view=induction_page,
)
def handler(caller: Caller, paging: Paging, inductions: InductionRepository) -> PageOf[Induction]:
    """My inductions and until when they are valid.

    The last requested first, at all gyms.
    """
    return inductions.of_member(caller.id, paging)

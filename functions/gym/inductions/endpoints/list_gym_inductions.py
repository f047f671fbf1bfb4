"""GET /admin/gyms/{gym_id}/inductions."""

from __future__ import annotations

from gym.details import gym_of
from gym.errors import GymNotFound
from gym.inductions.repository import InductionRepository
from gym.inductions.schemas import InductionsQuery
from gym.inductions.views import induction_page
from gym.records import Induction
from gym.repository import GymRepository
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Path, Query
from solo60.models import Identifier
from solo60.paging import PageOf, Paging


@endpoint(
    "GET",
    "/admin/gyms/{gym_id}/inductions",
    access=Access.ADMIN,
    grants=(TableGrant("gym", {Do.GET}, indexes={"by_gym"}),),
    errors=(GymNotFound,),
    view=induction_page,
)
def handler(
    gym_id: Path[Identifier],
    query: Query[InductionsQuery],
    paging: Paging,
    *,
    gyms: GymRepository,
    inductions: InductionRepository,
) -> PageOf[Induction]:
    """The inductions at a gym, all or those in one state.

    The latest start first.
    """
    return inductions.of_gym(gym_of(gyms, str(gym_id)).id, query.status, paging)

"""GET /admin/gyms/{gym_id}/closures."""

from __future__ import annotations

from gym.closures.repository import ClosureRepository
from gym.closures.views import closure_page
from gym.details import gym_of
from gym.errors import GymNotFound
from gym.records import Closure
from gym.repository import GymRepository
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Path
from solo60.models import Identifier
from solo60.paging import PageOf, Paging


@endpoint(
    "GET",
    "/admin/gyms/{gym_id}/closures",
    access=Access.ADMIN,
    grants=(TableGrant("gym", {Do.GET, Do.QUERY}),),
    errors=(GymNotFound,),
    view=closure_page,
)
def handler(
    gym_id: Path[Identifier], paging: Paging, gyms: GymRepository, closures: ClosureRepository
) -> PageOf[Closure]:
    """The closures of a gym, the newest first.

    Past and lifted ones too, each with how many sessions it has cancelled.
    """
    return closures.of_gym(gym_of(gyms, str(gym_id)).id, paging)

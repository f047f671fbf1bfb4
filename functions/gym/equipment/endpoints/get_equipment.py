"""GET /gyms/{gym_id}/equipment."""

from __future__ import annotations

from gym.equipment.listing import equipment_of
from gym.equipment.views import equipment_page
from gym.errors import GymNotFound
from gym.records import Equipment
from gym.repository import GymRepository
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Path
from solo60.models import Identifier
from solo60.paging import PageOf, Paging


@endpoint(
    "GET",
    "/gyms/{gym_id}/equipment",
    access=Access.PUBLIC,
    grants=(TableGrant("gym", {Do.GET}),),
    errors=(GymNotFound,),
    view=equipment_page,
)
def handler(gym_id: Path[Identifier], paging: Paging, gyms: GymRepository) -> PageOf[Equipment]:
    """A gym's equipment, in service or not.

    Sorted by id, which never changes.
    """
    return equipment_of(gyms, str(gym_id), paging)

"""GET /gyms/{gym_id}/equipment."""

from __future__ import annotations

from gym.details import equipment_of
from gym.errors import GymNotFound
from gym.repository import GymRepository
from gym.schemas import EquipmentPage
from gym.views import equipment_page
from solo60.declarations import Access
from solo60.fields import Identifier
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.paging import Paging
from solo60.http.request import Path


@endpoint(
    "GET",
    "/gyms/{gym_id}/equipment",
    access=Access.PUBLIC,
    grants=(TableGrant("gym", {Do.GET}),),
    errors=(GymNotFound,),
)
def handler(gym_id: Path[Identifier], paging: Paging, gyms: GymRepository) -> EquipmentPage:
    """A gym's equipment, in service or not.

    Sorted by id, which never changes.
    """
    after = None if paging.position is None else str(paging.position["after"])
    page = equipment_of(gyms, str(gym_id), after=after, limit=paging.limit)
    return equipment_page(page, paging.cursor_after(None if page.following is None else {"after": page.following}))

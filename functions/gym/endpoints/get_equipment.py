"""GET /gyms/{gym_id}/equipment."""

from __future__ import annotations

from solo60.http.paging import Paging

from gym.details import equipment_of
from gym.errors import GymNotFound
from gym.repository import GymRepository
from gym.schemas import EquipmentPage, EquipmentSummary
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Path
from solo60.models import Identifier


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
    items, following = equipment_of(gyms, str(gym_id), after=after, limit=paging.limit)
    return EquipmentPage(
        items=[EquipmentSummary.model_validate(item) for item in items],
        next_cursor=paging.cursor_after(None if following is None else {"after": following}),
    )

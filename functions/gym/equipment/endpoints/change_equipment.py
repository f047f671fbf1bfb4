"""PATCH /admin/gyms/{gym_id}/equipment/{equipment_id}."""

from __future__ import annotations

from gym.equipment import changes
from gym.equipment.changes import Equipped
from gym.equipment.schemas import ChangeEquipmentRequest
from gym.equipment.views import equipment_view
from gym.errors import EquipmentNotFound, GymNotFound
from gym.repository import GymRepository
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, IfMatch, Path
from solo60.models import Identifier
from solo60.problems import PreconditionFailed
from solo60.unit_of_work import UnitOfWork


@endpoint(
    "PATCH",
    "/admin/gyms/{gym_id}/equipment/{equipment_id}",
    access=Access.ADMIN,
    grants=(TableGrant("gym", {Do.BATCH_GET, Do.UPDATE, Do.PUT}),),
    errors=(GymNotFound, EquipmentNotFound, PreconditionFailed),
    view=equipment_view,
)
def handler(
    gym_id: Path[Identifier],
    equipment_id: Path[Identifier],
    body: Body[ChangeEquipmentRequest],
    if_match: IfMatch,
    uow: UnitOfWork,
    *,
    gyms: GymRepository,
) -> Equipped:
    """Change equipment, or take it out of service.

    What is not given stays. What is out of service is shown, and no search finds the gym by it. `If-Match` and `ETag`
    are of the gym.
    """
    return changes.change(uow, gyms, str(gym_id), str(equipment_id), patch=body, seen_version=if_match.version)

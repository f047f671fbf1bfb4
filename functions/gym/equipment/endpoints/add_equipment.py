"""POST /admin/gyms/{gym_id}/equipment."""

from __future__ import annotations

from gym.equipment import changes
from gym.equipment.changes import Equipped
from gym.equipment.schemas import AddEquipmentRequest
from gym.equipment.views import equipment_view
from gym.errors import GymNotFound, TooMuchEquipment
from gym.repository import GymRepository
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, Path
from solo60.models import Identifier
from solo60.unit_of_work import UnitOfWork


@endpoint(
    "POST",
    "/admin/gyms/{gym_id}/equipment",
    access=Access.ADMIN,
    status=201,
    grants=(TableGrant("gym", {Do.BATCH_GET, Do.UPDATE}),),
    errors=(GymNotFound, TooMuchEquipment),
    view=equipment_view,
)
def handler(
    gym_id: Path[Identifier], body: Body[AddEquipmentRequest], uow: UnitOfWork, gyms: GymRepository
) -> Equipped:
    """Add equipment to a gym.

    A gym has up to 100 kinds. It is part of the gym, whose version rises and is the `ETag`.
    """
    return changes.add(uow, gyms, str(gym_id), body)

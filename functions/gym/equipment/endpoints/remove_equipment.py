"""DELETE /admin/gyms/{gym_id}/equipment/{equipment_id}."""

from __future__ import annotations

from gym.equipment import changes
from gym.errors import GymNotFound
from gym.repository import GymRepository
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Path
from solo60.models import Identifier
from solo60.unit_of_work import UnitOfWork


@endpoint(
    "DELETE",
    "/admin/gyms/{gym_id}/equipment/{equipment_id}",
    access=Access.ADMIN,
    status=204,
    grants=(TableGrant("gym", {Do.BATCH_GET, Do.UPDATE, Do.PUT}),),
    errors=(GymNotFound,),
)
def handler(gym_id: Path[Identifier], equipment_id: Path[Identifier], uow: UnitOfWork, gyms: GymRepository) -> None:
    """Remove equipment from a gym.

    Removing what is not there changes nothing.
    """
    changes.remove(uow, gyms, str(gym_id), str(equipment_id))

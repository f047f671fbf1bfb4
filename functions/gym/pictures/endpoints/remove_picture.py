"""DELETE /admin/gyms/{gym_id}/pictures/{picture_id}."""

from __future__ import annotations

from gym.errors import GymNotFound
from gym.pictures.changes import remove
from gym.repository import GymRepository
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller, Path
from solo60.models import Identifier
from solo60.unit_of_work import UnitOfWork
from storage import published as storage
from storage.published import AccessLogRepository, FileRepository


@endpoint(
    "DELETE",
    "/admin/gyms/{gym_id}/pictures/{picture_id}",
    access=Access.ADMIN,
    status=204,
    errors=(GymNotFound,),
    grants=(TableGrant("gym", {Do.BATCH_GET, Do.UPDATE}), storage.READ, storage.RELEASE),
)
def handler(
    gym_id: Path[Identifier],
    picture_id: Path[Identifier],
    caller: Caller,
    uow: UnitOfWork,
    *,
    gyms: GymRepository,
    files: FileRepository,
    log: AccessLogRepository,
) -> None:
    """Remove a picture from a gym; its file is deleted.

    Removing what is not there changes nothing.
    """
    remove(uow, gyms, files, log, gym_id=str(gym_id), picture_id=str(picture_id), actor_id=caller.id)

"""POST /admin/gyms/{gym_id}/pictures."""

from __future__ import annotations

from gym.errors import GymNotFound, TooManyPictures
from gym.pictures.changes import Placed, Placing, place
from gym.pictures.schemas import AddPictureRequest
from gym.pictures.views import picture_view
from gym.repository import GymRepository
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, Caller, Path
from solo60.models import Identifier
from solo60.unit_of_work import UnitOfWork
from storage import published as storage
from storage.published import FileInUse, FileNotActive, FileNotFound, FileRepository, StoreRegistry


@endpoint(
    "POST",
    "/admin/gyms/{gym_id}/pictures",
    access=Access.ADMIN,
    status=201,
    errors=(GymNotFound, TooManyPictures, FileNotFound, FileNotActive, FileInUse),
    grants=(TableGrant("gym", {Do.BATCH_GET, Do.UPDATE}), storage.READ, storage.ATTACH, *storage.ADDRESS),
    view=picture_view,
)
def handler(
    gym_id: Path[Identifier],
    body: Body[AddPictureRequest],
    caller: Caller,
    uow: UnitOfWork,
    *,
    gyms: GymRepository,
    files: FileRepository,
    stores: StoreRegistry,
) -> Placed:
    """Let a file that I have uploaded as a gym picture be a picture of a gym.

    A gym has up to 20. A file that is one of them already moves to `position`. The gym's version rises and is the
    `ETag`.
    """
    placing = Placing(str(gym_id), caller.id, str(body.file_id), body.position)
    return place(uow, gyms, files, stores, placing)

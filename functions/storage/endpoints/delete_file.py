"""DELETE /storage/files/{file_id}."""

from __future__ import annotations

from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller, Path
from solo60.models import Identifier
from solo60.unit_of_work import UnitOfWork
from storage.deletion import delete
from storage.errors import FileNotFound
from storage.grants import REMOVE, STORE
from storage.log_repository import AccessLogRepository
from storage.providers.registry import StoreRegistry
from storage.repository import FileRepository


@endpoint(
    "DELETE",
    "/storage/files/{file_id}",
    access=Access.MEMBER,
    status=204,
    errors=(FileNotFound,),
    grants=(TableGrant("storage", {Do.BATCH_GET, Do.PUT, Do.UPDATE, Do.DELETE}), *REMOVE, STORE),
)
def handler(
    file_id: Path[Identifier],
    caller: Caller,
    uow: UnitOfWork,
    *,
    files: FileRepository,
    log: AccessLogRepository,
    stores: StoreRegistry,
) -> None:
    """Delete a file of mine; its quota is free again.

    Repeating it changes nothing. Where the file was used, it disappears.
    """
    delete(uow, files, log, stores.store, owner_id=caller.id, file_id=str(file_id))

"""POST /storage/uploads/{file_id}/complete."""

from __future__ import annotations

from solo60.declarations import Access, Idempotency
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller, Path
from solo60.models import Identifier
from solo60.unit_of_work import UnitOfWork
from storage import views
from storage.completion import TIMEOUT_SECONDS, complete
from storage.errors import CompletionInFlight, FileNotFound, FileRejected, UploadNotReceived
from storage.grants import KEEP, LOOK, REMOVE, STORE
from storage.log_repository import AccessLogRepository
from storage.providers.registry import StoreRegistry
from storage.records import StoredFile
from storage.repository import FileRepository


@endpoint(
    "POST",
    "/storage/uploads/{file_id}/complete",
    access=Access.MEMBER,
    errors=(FileNotFound, UploadNotReceived, CompletionInFlight, FileRejected),
    idempotency=Idempotency.ACQUIRE,
    grants=(TableGrant("storage", {Do.BATCH_GET, Do.PUT, Do.UPDATE, Do.DELETE}), LOOK, *KEEP, *REMOVE, STORE),
    view=views.file_view,
    timeout_seconds=TIMEOUT_SECONDS,
    # A whole processor: a picture may have 40 megapixels.
    memory_mb=2048,
    layers=("images",),
)
def handler(
    file_id: Path[Identifier],
    caller: Caller,
    uow: UnitOfWork,
    *,
    files: FileRepository,
    log: AccessLogRepository,
    stores: StoreRegistry,
) -> StoredFile:
    """Complete an upload: its bytes are verified, and the file can be used.

    Pictures are encoded anew, without what cameras write into them, and smaller sizes are made. What is not accepted is
    rejected and frees its quota. Repeating a completion changes nothing.
    """
    return complete(uow, files, log, stores.store, owner_id=caller.id, file_id=str(file_id))

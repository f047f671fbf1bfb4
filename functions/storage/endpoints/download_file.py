"""GET /storage/files/{file_id}/download."""

from __future__ import annotations

from solo60.declarations import Access
from solo60.grants import Do, QueueGrant, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller, Path, Query
from solo60.models import Identifier
from solo60.problems import InvalidRequest
from storage import readers, views
from storage.access_log import READS
from storage.errors import FileNotActive, FileNotFound
from storage.grants import SIGN_DOWNLOAD, STORE
from storage.providers.registry import StoreRegistry
from storage.reading import Download, download
from storage.repository import FileRepository
from storage.schemas import DownloadQuery


@endpoint(
    "GET",
    "/storage/files/{file_id}/download",
    access=Access.MEMBER,
    errors=(FileNotFound, FileNotActive, InvalidRequest),
    grants=(TableGrant("storage", {Do.BATCH_GET}), readers.GRANT, QueueGrant(READS), *SIGN_DOWNLOAD, STORE),
    view=views.download_view,
)
def handler(
    file_id: Path[Identifier],
    query: Query[DownloadQuery],
    caller: Caller,
    files: FileRepository,
    stores: StoreRegistry,
) -> Download:
    """An address at which a file is read for five minutes.

    Pictures may be shown in a page, everything else is an attachment. Each address is a line in the access log.
    """
    return download(files, stores.store, caller.id, str(file_id), query.size)

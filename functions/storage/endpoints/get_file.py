"""GET /storage/files/{file_id}."""

from __future__ import annotations

from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller, Path
from solo60.models import Identifier
from storage import views
from storage.errors import FileNotFound
from storage.reading import find
from storage.records import StoredFile
from storage.repository import FileRepository


@endpoint(
    "GET",
    "/storage/files/{file_id}",
    access=Access.MEMBER,
    errors=(FileNotFound,),
    grants=(TableGrant("storage", {Do.BATCH_GET}),),
    view=views.file_view,
)
def handler(file_id: Path[Identifier], caller: Caller, files: FileRepository) -> StoredFile:
    """One file: name, type, size, checksum, state.

    I read my own files, and avatars and gym pictures that are in use.
    """
    return find(files, caller.id, str(file_id))

"""GET /storage/files/{file_id}."""

from __future__ import annotations

from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller, Path
from solo60.models import Identifier
from storage import readers, views
from storage.errors import FileNotFound
from storage.reading import ReadableFile, find
from storage.repository import FileRepository


@endpoint(
    "GET",
    "/storage/files/{file_id}",
    access=Access.MEMBER,
    errors=(FileNotFound,),
    grants=(TableGrant("storage", {Do.BATCH_GET}), readers.GRANT),
    view=views.readable_file_view,
)
def handler(file_id: Path[Identifier], caller: Caller, files: FileRepository) -> ReadableFile:
    """One file: name, type, size, checksum, state.

    I read my own files, and of those in use gym pictures and the avatars of members whose profiles I may see. Only I am
    told the names that I have given.
    """
    return find(files, caller.id, str(file_id))

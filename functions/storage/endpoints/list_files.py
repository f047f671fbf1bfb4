"""GET /storage/files."""

from __future__ import annotations

from solo60.declarations import Access
from solo60.grants import TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller, Query
from solo60.paging import PageOf, Paging
from storage import views
from storage.reading import list_own
from storage.records import StoredFile
from storage.repository import FileRepository
from storage.schemas import FilesQuery


@endpoint(
    "GET",
    "/storage/files",
    access=Access.MEMBER,
    grants=(TableGrant("storage", indexes={"by_owner"}),),
    view=views.file_page,
)
def handler(query: Query[FilesQuery], caller: Caller, paging: Paging, files: FileRepository) -> PageOf[StoredFile]:
    """My files, newest first.

    Those are included that wait for their upload, and for a week those that were rejected.
    """
    return list_own(files, paging, caller.id, purpose=query.purpose, state=query.state)

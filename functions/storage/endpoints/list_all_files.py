"""GET /admin/storage/files."""

from __future__ import annotations

from solo60.declarations import Access
from solo60.grants import TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Query
from solo60.paging import PageOf, Paging
from storage import views
from storage.reading import list_all
from storage.records import StoredFile
from storage.repository import FileRepository
from storage.schemas import AllFilesQuery


@endpoint(
    "GET",
    "/admin/storage/files",
    access=Access.ADMIN,
    grants=(TableGrant("storage", indexes={"by_owner", "by_purpose", "by_state"}),),
    view=views.stored_file_page,
)
def handler(query: Query[AllFilesQuery], paging: Paging, files: FileRepository) -> PageOf[StoredFile]:
    """Files of all members, newest first.

    They are filtered by owner, purpose and state; without a filter, they are the active ones.
    """
    owner_id = None if query.owner_id is None else str(query.owner_id)
    return list_all(files, paging, owner_id=owner_id, purpose=query.purpose, state=query.state)

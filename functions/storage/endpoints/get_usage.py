"""GET /storage/usage."""

from __future__ import annotations

from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller
from storage import views
from storage.repository import FileRepository, Used


@endpoint(
    "GET",
    "/storage/usage",
    access=Access.MEMBER,
    grants=(TableGrant("storage", {Do.QUERY}),),
    view=views.usage_view,
)
def handler(caller: Caller, files: FileRepository) -> Used:
    """The bytes and files that I have used, and what I may upload.

    Uploads count from their signing on. Exports count for nothing.
    """
    return files.used(caller.id)

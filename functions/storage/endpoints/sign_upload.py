"""POST /storage/uploads."""

from __future__ import annotations

from solo60 import roles
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, Caller
from solo60.problems import Forbidden
from solo60.unit_of_work import UnitOfWork
from storage import views
from storage.errors import QuotaExceeded, TooManyFiles
from storage.grants import SIGN_UPLOAD, STORE
from storage.providers.registry import StoreRegistry
from storage.repository import FileRepository
from storage.schemas import SignUploadRequest
from storage.uploads import SignedUpload, sign


@endpoint(
    "POST",
    "/storage/uploads",
    access=Access.MEMBER,
    status=201,
    errors=(Forbidden, QuotaExceeded, TooManyFiles),
    grants=(
        TableGrant("storage", {Do.BATCH_GET, Do.QUERY, Do.PUT, Do.UPDATE, Do.DELETE}),
        roles.grant(commits=True),
        SIGN_UPLOAD,
        STORE,
    ),
    view=views.upload_view,
)
def handler(
    body: Body[SignUploadRequest], caller: Caller, uow: UnitOfWork, files: FileRepository, stores: StoreRegistry
) -> SignedUpload:
    """Sign the upload of a file; its size is reserved in my quota.

    Post the form with its fields and the file to `url`, then complete the upload. The form fixes place, type and size.
    Gym pictures are uploaded by administrators; exports are made by the service alone.
    """
    return sign(
        uow,
        files,
        stores.store,
        owner_id=caller.id,
        purpose=body.purpose,
        name=body.name,
        content_type=body.content_type,
        size=body.size,
    )

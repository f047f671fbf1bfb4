"""PUT /users/me/avatar."""

from __future__ import annotations

from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, Caller, IfMatch
from solo60.problems import PreconditionFailed
from solo60.unit_of_work import UnitOfWork
from storage import published as storage
from storage.published import (
    AccessLogRepository,
    FileInUse,
    FileNotActive,
    FileNotFound,
    FileRepository,
    StoreRegistry,
)
from user import avatars as use_case
from user import views
from user.avatars import ShownProfile, shown
from user.errors import ProfileNotReady
from user.repository import ProfileRepository
from user.schemas import SetAvatarRequest


@endpoint(
    "PUT",
    "/users/me/avatar",
    access=Access.MEMBER,
    errors=(ProfileNotReady, PreconditionFailed, FileNotFound, FileNotActive, FileInUse),
    grants=(
        TableGrant("user", {Do.BATCH_GET, Do.UPDATE}),
        storage.READ,
        storage.ATTACH,
        storage.RELEASE,
        *storage.ADDRESS,
    ),
    view=views.profile_view,
)
def handler(
    body: Body[SetAvatarRequest],
    caller: Caller,
    if_match: IfMatch,
    uow: UnitOfWork,
    *,
    profiles: ProfileRepository,
    files: FileRepository,
    log: AccessLogRepository,
    stores: StoreRegistry,
) -> ShownProfile:
    """Let a file that I have uploaded as an avatar be my avatar; the one before is deleted.

    The answer is my profile.
    """
    profile = use_case.set_avatar(
        uow,
        profiles,
        files,
        log,
        user_id=caller.id,
        file_id=str(body.file_id),
        seen_version=if_match.version,
    )
    return shown(stores, profile)

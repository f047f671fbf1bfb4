"""GET /users/me."""

from __future__ import annotations

from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller
from storage import published as storage
from storage.published import StoreRegistry
from user import profiles as use_case
from user import views
from user.avatars import ShownProfile, shown
from user.errors import ProfileNotReady
from user.repository import ProfileRepository


@endpoint(
    "GET",
    "/users/me",
    access=Access.MEMBER,
    errors=(ProfileNotReady,),
    grants=(TableGrant("user", {Do.BATCH_GET}), *storage.ADDRESS),
    view=views.profile_view,
)
def handler(caller: Caller, profiles: ProfileRepository, stores: StoreRegistry) -> ShownProfile:
    """My profile.

    Its `ETag` is the version to send as `If-Match` with a change.
    """
    return shown(stores, use_case.find(profiles, caller.id))

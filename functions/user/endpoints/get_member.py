"""GET /users/{user_id}."""

from __future__ import annotations

from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller, Path
from solo60.models import Identifier
from solo60.problems import NotFound
from storage import published as storage
from storage.published import StoreRegistry
from user import views
from user.avatars import ShownProfile, shown
from user.repository import ProfileRepository
from user.visibility import find_public


@endpoint(
    "GET",
    "/users/{user_id}",
    access=Access.MEMBER,
    errors=(NotFound,),
    grants=(TableGrant("user", {Do.BATCH_GET}), *storage.ADDRESS),
    view=views.public_profile_view,
)
def handler(
    user_id: Path[Identifier], caller: Caller, profiles: ProfileRepository, stores: StoreRegistry
) -> ShownProfile:
    """The public profile of a member, as that member's privacy allows.

    What the caller may not see is not found.
    """
    return shown(stores, find_public(profiles, caller.id, str(user_id)))

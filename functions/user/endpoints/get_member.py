"""GET /users/{user_id}."""

from __future__ import annotations

from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller, Path
from solo60.models import Identifier
from solo60.problems import NotFound
from user import views
from user.records import Profile
from user.repository import ProfileRepository
from user.visibility import find_public


@endpoint(
    "GET",
    "/users/{user_id}",
    access=Access.MEMBER,
    errors=(NotFound,),
    grants=(TableGrant("user", {Do.BATCH_GET}),),
    view=views.public_profile_view,
)
def handler(user_id: Path[Identifier], caller: Caller, profiles: ProfileRepository) -> Profile:
    """The public profile of a member, as that member's privacy allows.

    What the caller may not see is not found.
    """
    return find_public(profiles, caller.id, str(user_id))

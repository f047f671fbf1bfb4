"""GET /users/me/preferences."""

from __future__ import annotations

from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller
from user import preferences as use_case
from user import views
from user.errors import ProfileNotReady
from user.preferences import Preferences
from user.repository import ProfileRepository


@endpoint(
    "GET",
    "/users/me/preferences",
    access=Access.MEMBER,
    errors=(ProfileNotReady,),
    grants=(TableGrant("user", {Do.BATCH_GET}),),
    view=views.preferences_view,
)
def handler(caller: Caller, profiles: ProfileRepository) -> Preferences:
    """My preferences: messages by channel and category, privacy, units.

    Its `ETag` is that of my profile, which holds them.
    """
    return use_case.find(profiles, caller.id)

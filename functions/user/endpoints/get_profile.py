"""GET /users/me."""

from __future__ import annotations

from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller
from solo60.http.response import Tagged
from user import profiles as use_case
from user.errors import ProfileNotReady
from user.repository import ProfileRepository
from user.schemas import ProfileView


@endpoint(
    "GET",
    "/users/me",
    access=Access.MEMBER,
    errors=(ProfileNotReady,),
    grants=(TableGrant("user", {Do.GET}),),
)
def handler(caller: Caller, profiles: ProfileRepository) -> Tagged[ProfileView]:
    """My profile."""
    found = use_case.find(profiles, caller.id)
    return Tagged(ProfileView.of(caller.id, found), int(found.version or 0))

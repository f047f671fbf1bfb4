"""PATCH /users/me."""

from __future__ import annotations

from solo60.declarations import Access, BanCheck
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, Caller, IfMatch
from solo60.http.response import Tagged
from solo60.problems import Conflict, PreconditionFailed
from user import profiles as use_case
from user.errors import ProfileNotReady
from user.repository import ProfileRepository
from user.schemas import ChangeProfileRequest, ProfileView


@endpoint(
    "PATCH",
    "/users/me",
    access=Access.MEMBER,
    ban_check=BanCheck.IN_USE_CASE,
    errors=(ProfileNotReady, Conflict, PreconditionFailed),
    grants=(TableGrant("user", {Do.BATCH_GET, Do.CHECK, Do.UPDATE, Do.PUT}),),
)
def handler(
    body: Body[ChangeProfileRequest], caller: Caller, if_match: IfMatch, profiles: ProfileRepository
) -> Tagged[ProfileView]:
    """Change my profile; `If-Match` prevents lost updates.

    Null clears `phone`, `bio` and `home_location`. The e-mail and the date of birth are not changed here.
    """
    changed = use_case.change(profiles, caller.id, if_match.version, body.changes())
    return Tagged(ProfileView.of(caller.id, changed), int(changed.version or 0))

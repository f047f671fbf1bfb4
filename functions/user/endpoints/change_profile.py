"""PATCH /users/me."""

from __future__ import annotations

from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, Caller, IfMatch
from solo60.problems import PreconditionFailed
from solo60.unit_of_work import UnitOfWork
from storage import published as storage
from storage.published import StoreRegistry
from user import profiles as use_case
from user import views
from user.avatars import ShownProfile, shown
from user.errors import ProfileNotReady
from user.repository import ProfileRepository
from user.schemas import ChangeProfileRequest


@endpoint(
    "PATCH",
    "/users/me",
    access=Access.MEMBER,
    errors=(ProfileNotReady, PreconditionFailed),
    grants=(TableGrant("user", {Do.BATCH_GET, Do.UPDATE, Do.PUT, Do.DELETE}), *storage.ADDRESS),
    view=views.profile_view,
)
def handler(
    body: Body[ChangeProfileRequest],
    caller: Caller,
    if_match: IfMatch,
    uow: UnitOfWork,
    *,
    profiles: ProfileRepository,
    stores: StoreRegistry,
) -> ShownProfile:
    """Change my profile; `If-Match` prevents lost updates.

    Null clears `phone`, `bio` and `home_location`. The e-mail and the date of birth are not changed here.
    """
    return shown(stores, use_case.change(uow, profiles, caller.id, if_match.version, body.changes()))

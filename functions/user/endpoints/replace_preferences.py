"""PUT /users/me/preferences."""

from __future__ import annotations

from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, Caller, IfMatch
from solo60.models import json_ready
from solo60.problems import PreconditionFailed
from solo60.unit_of_work import UnitOfWork
from user import preferences as use_case
from user import views
from user.errors import ProfileNotReady
from user.preferences import Preferences
from user.repository import ProfileRepository
from user.schemas import ReplacePreferencesRequest


@endpoint(
    "PUT",
    "/users/me/preferences",
    access=Access.MEMBER,
    errors=(ProfileNotReady, PreconditionFailed),
    grants=(TableGrant("user", {Do.BATCH_GET, Do.UPDATE, Do.PUT}),),
    view=views.preferences_view,
)
def handler(
    body: Body[ReplacePreferencesRequest],
    caller: Caller,
    if_match: IfMatch,
    uow: UnitOfWork,
    profiles: ProfileRepository,
) -> Preferences:
    """Replace my preferences; `If-Match` prevents lost updates.

    Mails and notifications about security and about bookings are mandatory: switching them off is refused.
    """
    return use_case.replace(uow, profiles, caller.id, if_match.version, json_ready(body))

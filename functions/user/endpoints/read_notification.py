"""POST /users/me/notifications/{notification_id}/read."""

from __future__ import annotations

from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller, Path
from solo60.models import Identifier
from solo60.problems import NotFound
from solo60.unit_of_work import UnitOfWork
from user.notifications import mark_read
from user.repository import NotificationRepository


@endpoint(
    "POST",
    "/users/me/notifications/{notification_id}/read",
    access=Access.MEMBER,
    status=204,
    errors=(NotFound,),
    grants=(TableGrant("user", {Do.BATCH_GET, Do.UPDATE, Do.CHECK}),),
)
def handler(
    notification_id: Path[Identifier], caller: Caller, uow: UnitOfWork, notifications: NotificationRepository
) -> None:
    """Mark a notification read.

    Repeating it changes nothing.
    """
    mark_read(uow, notifications, caller.id, str(notification_id))

"""POST /users/me/notifications/read-all."""

from __future__ import annotations

from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller
from solo60.unit_of_work import UnitOfWork
from user.notifications import mark_all_read
from user.repository import NotificationRepository


@endpoint(
    "POST",
    "/users/me/notifications/read-all",
    access=Access.MEMBER,
    status=204,
    grants=(TableGrant("user", {Do.UPDATE}),),
)
def handler(caller: Caller, uow: UnitOfWork, notifications: NotificationRepository) -> None:
    """Mark all my notifications read.

    Those that arrive later are unread, whatever their time.
    """
    mark_all_read(uow, notifications, caller.id)

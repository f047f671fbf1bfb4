"""GET /users/me/notifications."""

from __future__ import annotations

from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller
from solo60.paging import Paging
from user import views
from user.repository import InboxPage, NotificationRepository


@endpoint(
    "GET",
    "/users/me/notifications",
    access=Access.MEMBER,
    grants=(TableGrant("user", {Do.QUERY}),),
    view=views.notification_page,
)
def handler(caller: Caller, paging: Paging, notifications: NotificationRepository) -> InboxPage:
    """My in-app notifications, newest first, with the number of unread ones.

    They are stored for at least 180 days.
    """
    return notifications.inbox(caller.id, paging)

"""GET /users/me/notifications."""

from __future__ import annotations

from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.paging import Paging
from solo60.http.request import Caller
from user import views
from user.repository import NotificationRepository
from user.schemas import NotificationPage


@endpoint(
    "GET",
    "/users/me/notifications",
    access=Access.MEMBER,
    grants=(TableGrant("user", {Do.QUERY}),),
)
def handler(caller: Caller, paging: Paging, notifications: NotificationRepository) -> NotificationPage:
    """My in-app notifications, newest first, with the number of unread ones.

    They are stored for at least 180 days.
    """
    after = paging.position["after"] if paging.position else None
    page = notifications.page(caller.id, limit=paging.limit, after=after)
    last = {"after": page.notifications[-1].notification_id} if page.more else None
    return views.notification_page(page, paging.cursor_after(last))

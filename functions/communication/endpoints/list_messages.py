"""GET /communications/history."""

from __future__ import annotations

from communication import views
from communication.repository import MessageRepository
from communication.schemas import MessagePage
from solo60.declarations import Access
from solo60.grants import TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.paging import Paging
from solo60.http.request import Caller


@endpoint(
    "GET",
    "/communications/history",
    access=Access.MEMBER,
    grants=(TableGrant("communication", indexes={"by_member"}),),
)
def handler(caller: Caller, paging: Paging, messages: MessageRepository) -> MessagePage:
    """The messages that were sent to me, with channel and delivery state.

    Newest first, each message once per channel. The texts are not included.
    """
    found, position = messages.of_member(caller.id, limit=paging.limit, after=paging.position)
    return views.message_page(found, paging.cursor_after(position))

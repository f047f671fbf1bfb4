"""GET /communications/history."""

from __future__ import annotations

from communication import views
from communication.records import Message
from communication.repository import MessageRepository
from solo60.declarations import Access
from solo60.grants import TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller
from solo60.paging import PageOf, Paging


@endpoint(
    "GET",
    "/communications/history",
    access=Access.MEMBER,
    grants=(TableGrant("communication", indexes={"by_member"}),),
    view=views.message_page,
)
def handler(caller: Caller, paging: Paging, messages: MessageRepository) -> PageOf[Message]:
    """The messages that were sent to me, with channel and delivery state.

    Newest first, each message once per channel. The texts are not included.
    """
    return messages.of_member(caller.id, paging)

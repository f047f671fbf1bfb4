"""GET /communications/history."""

from __future__ import annotations

from communication.repository import MessageRepository
from communication.schemas import MessagePage, MessageSummary
from communication.statuses import Channel, Status
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
    return MessagePage(
        items=[
            MessageSummary(
                id=message.message_id,
                channel=Channel(message.channel),
                template=message.template,
                to=message.to,
                subject=message.subject,
                status=Status(message.status),
                created_at=message.created_at,
            )
            for message in found
        ],
        next_cursor=paging.cursor_after(position),
    )

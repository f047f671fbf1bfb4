"""Response bodies of the communication service, made from its records."""

from __future__ import annotations

from communication.records import Message
from communication.schemas import MessagePage, MessageSummary
from communication.statuses import Channel, Status
from solo60.paging import PageOf


def message_page(page: PageOf[Message]) -> MessagePage:
    """A page of the messages that were sent to a member."""
    return MessagePage(items=[_message_summary(message) for message in page.items], next_cursor=page.next_cursor)


def _message_summary(message: Message) -> MessageSummary:
    return MessageSummary(
        id=message.message_id,
        channel=Channel(message.channel),
        template=message.template,
        to=message.to,
        subject=message.subject,
        status=Status(message.status),
        created_at=message.created_at,
    )

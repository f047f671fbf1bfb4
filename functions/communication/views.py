"""Response bodies of the communication service, made from its records."""

from __future__ import annotations

from collections.abc import Sequence

from communication.records import Message
from communication.schemas import MessagePage, MessageSummary
from communication.statuses import Channel, Status


def message_page(messages: Sequence[Message], next_cursor: str | None) -> MessagePage:
    """A page of the messages that were sent to a member."""
    return MessagePage(items=[_message_summary(message) for message in messages], next_cursor=next_cursor)


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

"""Removal of all messages to a recipient."""

from __future__ import annotations

from functools import partial

from communication.repository import MessageRepository
from solo60.unit_of_work import UnitOfWork


def forget(uow: UnitOfWork, messages: MessageRepository, user_id: str) -> None:
    """Remove all messages to a recipient, and the attempts to deliver them. After a crash it can be repeated."""
    for message in messages.all_of_member(user_id):
        while not uow.run(partial(messages.remove, message_id=message.message_id)):
            pass

"""Removes the messages to registrations that nobody has verified."""

from __future__ import annotations

from auth.events import RegistrationRemoved
from communication.forgetting import forget
from communication.repository import MessageRepository
from solo60.consumers import consumer
from solo60.events import Envelope
from solo60.grants import Do, TableGrant
from solo60.unit_of_work import UnitOfWork


@consumer(
    RegistrationRemoved,
    grants=(TableGrant("communication", {Do.QUERY, Do.DELETE}, indexes={"by_member"}),),
    deduplicates=False,
)
def handler(envelope: Envelope[RegistrationRemoved], uow: UnitOfWork, messages: MessageRepository) -> None:
    """Remove all messages to a registration, with the address of somebody who is no member.

    It needs no inbox mark: what is removed stays removed.
    """
    forget(uow, messages, envelope.data.registration_id)

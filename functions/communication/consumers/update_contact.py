"""Keeps whom to write to."""

from __future__ import annotations

from auth.events import EmailVerified, UserRegistered
from communication import contacts
from communication.repository import ContactRepository
from solo60.declarations import Do, Needs, Table
from solo60.events import Envelope
from solo60.queues import InboxMark, consumer
from user.events import ProfileChanged


@consumer(
    UserRegistered,
    ProfileChanged,
    EmailVerified,
    needs=Needs(tables=(Table("communication", {Do.GET, Do.PUT}),)),
)
def handler(
    envelope: Envelope[UserRegistered | ProfileChanged | EmailVerified], mark: InboxMark, repository: ContactRepository
) -> None:
    """Keep a member's names and address for the messages to come."""
    contacts.keep(repository, envelope.data, mark.add_to)

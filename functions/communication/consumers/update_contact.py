"""Updates the contact data of members."""

from __future__ import annotations

from auth.events import EmailVerified, UserRegistered
from communication import contacts
from communication.repository import ContactRepository
from solo60.consumers import consumer
from solo60.events import Envelope
from solo60.grants import Do, TableGrant
from solo60.unit_of_work import UnitOfWork
from user.events import ProfileChanged


@consumer(
    UserRegistered,
    ProfileChanged,
    EmailVerified,
    grants=(TableGrant("communication", {Do.BATCH_GET, Do.PUT}),),
)
def handler(
    envelope: Envelope[UserRegistered | ProfileChanged | EmailVerified], uow: UnitOfWork, repository: ContactRepository
) -> None:
    """Store a member's names and address for later messages."""
    contacts.update(uow, repository, envelope.data)

"""Sends registrations their codes."""

from __future__ import annotations

from auth.accounts.repository import IN_ALL_SETTING, AddressRepository, MailCountRepository
from auth.events import CodeRequested, RegistrationBegun
from auth.registration.code_issue import issue
from auth.registration.repository import RegistrationRepository
from solo60.consumers import consumer
from solo60.events import Envelope
from solo60.grants import Do, SettingGrant, TableGrant
from solo60.unit_of_work import UnitOfWork


@consumer(
    RegistrationBegun,
    CodeRequested,
    grants=(TableGrant("auth", {Do.BATCH_GET, Do.UPDATE, Do.PUT}), SettingGrant(IN_ALL_SETTING)),
)
def handler(
    envelope: Envelope[RegistrationBegun | CodeRequested],
    uow: UnitOfWork,
    registrations: RegistrationRepository,
    addresses: AddressRepository,
    mails: MailCountRepository,
) -> None:
    """Issue the code of a registration, or tell the owner of its address that somebody registered it."""
    event = envelope.data
    issue(
        uow,
        registrations,
        addresses,
        mails,
        registration_id=event.registration_id,
        email=event.email if isinstance(event, RegistrationBegun) else None,
    )

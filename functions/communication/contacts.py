"""Contact data of members, collected from events that may arrive in any order and more than once."""

from __future__ import annotations

from functools import singledispatch

from auth.events import EmailVerified, UserRegistered
from communication.records import Contact
from communication.repository import ContactRepository
from solo60.events import Event
from solo60.unit_of_work import UnitOfWork, Work
from user.events import ProfileChanged

DEFAULT_TIMEZONE = "Europe/London"
DEFAULT_LOCALE = "en-GB"


def update(
    uow: UnitOfWork, contacts: ContactRepository, event: UserRegistered | ProfileChanged | EmailVerified
) -> None:
    """Apply the data of an event, unless newer data was applied."""

    def act(work: Work) -> None:
        contact = contacts.find(work.read, event.user_id) or contacts.blank(
            event.user_id, timezone=DEFAULT_TIMEZONE, locale=DEFAULT_LOCALE
        )
        if _apply(event, contact):
            contacts.put_in(work, contact)

    uow.run(act)


@singledispatch
def _apply(event: Event, contact: Contact) -> bool:
    """Change `contact`. Returns whether the event contained new data."""
    raise TypeError(f"no contact data in {type(event).__name__}")


@_apply.register
def _registered(event: UserRegistered, contact: Contact) -> bool:
    if event.registration <= contact.registration:
        return False
    contact.registration = event.registration
    # A registration that arrives late does not replace a verified address or a changed profile.
    if not contact.verified:
        contact.email = event.email
    if not contact.profile_version:
        contact.first_name, contact.last_name, contact.phone = event.first_name, event.last_name, event.phone
    return True


@_apply.register
def _profile_changed(event: ProfileChanged, contact: Contact) -> bool:
    if event.profile_version <= contact.profile_version:
        return False
    contact.profile_version, contact.timezone = event.profile_version, event.timezone
    contact.first_name, contact.last_name, contact.phone = event.first_name, event.last_name, event.phone
    return True


@_apply.register
def _verified(event: EmailVerified, contact: Contact) -> bool:
    if contact.verified and contact.email == event.email:
        return False
    contact.email, contact.verified = event.email, True
    return True

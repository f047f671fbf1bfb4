"""Contact data of members, collected from events that may arrive in any order and more than once."""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatch

from auth.events import EmailVerified, UserRegistered
from communication.errors import ContactContended
from communication.records import Contact
from communication.repository import ContactRepository
from solo60.events import Event
from solo60.transaction import Transaction
from user.events import ProfileChanged

DEFAULT_TIMEZONE = "Europe/London"
DEFAULT_LOCALE = "en-GB"
WRITE_ATTEMPTS = 5

AddInboxMark = Callable[[Transaction], None]


def update(
    contacts: ContactRepository, event: UserRegistered | ProfileChanged | EmailVerified, add_inbox_mark: AddInboxMark
) -> None:
    """Apply the data of an event, unless newer data was applied.

    Raises
    ------
    AlreadyApplied
        The event was applied before.
    ContactContended
        Other events of the member kept changing the contact.
    """
    for _ in range(WRITE_ATTEMPTS):
        contact = contacts.find(event.user_id) or contacts.blank(
            event.user_id, timezone=DEFAULT_TIMEZONE, locale=DEFAULT_LOCALE
        )
        if not _apply(event, contact):
            return
        transaction = Transaction()
        add_inbox_mark(transaction)
        contacts.put_in(transaction, contact, on_failure=ContactContended())
        try:
            transaction.commit()
        except ContactContended:
            continue
        return
    raise ContactContended(event.user_id)


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
    contact.profile_version = event.profile_version
    contact.first_name, contact.last_name, contact.phone = event.first_name, event.last_name, event.phone
    return True


@_apply.register
def _verified(event: EmailVerified, contact: Contact) -> bool:
    if contact.verified and contact.email == event.email:
        return False
    contact.email, contact.verified = event.email, True
    return True

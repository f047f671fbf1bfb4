"""Codes of registrations: who gets one, and what the owner of an address is told instead."""

from __future__ import annotations

from datetime import timedelta

from auth.accounts.repository import AddressRepository, MailCountRepository, address_key, pending_keys
from auth.codes import Code
from auth.events import RegistrationRepeated, VerificationCodeIssued
from auth.records import BEGUN, PENDING, Registration
from auth.registration.repository import CODES_AN_HOUR, RegistrationRepository
from solo60 import clock, observability
from solo60.events import publish
from solo60.unit_of_work import UnitOfWork, Work

RESENT_AT_MOST_EVERY = timedelta(minutes=1)
INFORM_AT_MOST_EVERY = timedelta(hours=1)


class _Full(Exception):
    """As many mails went to unverified addresses in this hour as the stage allows."""


def issue(
    uow: UnitOfWork,
    registrations: RegistrationRepository,
    addresses: AddressRepository,
    mails: MailCountRepository,
    *,
    registration_id: str,
    email: str | None,
) -> None:
    """Send a registration a code, or refuse it and inform the owner where its address has one.

    Parameters
    ----------
    email
        The address of a registration that was begun; None for a further code, which only a registration that waits for
        one gets.
    """
    code = Code.new()

    def act(work: Work) -> None:
        if email is None:
            registration = registrations.find(work.read, registration_id)
            if registration is None or not _may_get_another(registration):
                return
        else:
            registration = registrations.find(work.read, registration_id)
            if registration is None or registration.state != BEGUN:
                return
        found = work.read(address_key(registration.email), *pending_keys(registration))
        owner = found[address_key(registration.email)]
        if owner is not None:
            # Noted all the same: its password gets the same answer at login as without an owner.
            registrations.refuse(work, registration)
            addresses.add_pending(work, found, registration)
            if owner.told_at is None or owner.told_at <= clock.now() - INFORM_AT_MOST_EVERY:
                addresses.mark_told(work, registration.email, owner)
                publish(work, RegistrationRepeated(user_id=owner.user_id, email=registration.email))
            return
        mails.count_in_all(work, on_failure=_Full())
        registrations.set_code(work, registration, code)
        addresses.add_pending(work, found, registration)
        publish(
            work,
            VerificationCodeIssued(
                user_id=registration_id,
                email=registration.email,
                first_name=registration.first_name or "",
                code=code.text,
                expires_at=code.expires_at,
            ),
        )

    def note(work: Work) -> None:
        registration = registrations.find(work.read, registration_id)
        if registration is not None:
            addresses.add_pending(work, work.read(*pending_keys(registration)), registration)

    try:
        uow.run(act)
    except _Full:
        observability.count("UnverifiedMailsRefused")
        uow.run(note)


def _may_get_another(registration: Registration) -> bool:
    now = clock.now()
    if registration.state not in {BEGUN, PENDING} or registration.expires_at <= now:
        return False
    if registration.code_sent_at is not None and registration.code_sent_at > now - RESENT_AT_MOST_EVERY:
        return False
    return registration.codes_this_hour < CODES_AN_HOUR

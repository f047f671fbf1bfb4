"""Verification of a registration, with the code that was sent to its address."""

from __future__ import annotations

from datetime import date

from auth import codes
from auth.accounts.mails import refused_silently
from auth.accounts.repository import AddressRepository, MailCountRepository
from auth.errors import InvalidCode
from auth.events import CodeRequested, EmailVerified, UserRegistered
from auth.identity import CognitoIdentityProvider
from auth.records import PENDING, VERIFIED, Registration
from auth.registration.repository import RegistrationRepository, stored
from solo60 import clock
from solo60.events import publish
from solo60.records import RawItem
from solo60.unit_of_work import UnitOfWork, Work
from user.published import create_profile


class _AlreadyVerified(Exception):
    """Another request with the same code was faster."""


def verify(
    uow: UnitOfWork,
    registrations: RegistrationRepository,
    addresses: AddressRepository,
    identity: CognitoIdentityProvider,
    *,
    registration_id: str,
    code: str,
) -> None:
    """Verify a registration by its code. The same valid code, entered again, completes the work after a crash.

    Our tables are changed before Cognito: the first registration of an address that is verified owns it, and every
    other one is refused from then on. A consumer of `EmailVerified` makes sure that Cognito changes too.

    Raises
    ------
    InvalidCode
        The code is wrong or expired, has no attempts left, does not exist, or the address has an owner.
    """
    # The key is acquired first: a repeated request is no further attempt to enter the code.
    uow.begin(lambda work: None)
    registration = registrations.take_attempt(registration_id)
    if registration is None or registration.code_salt is None or registration.code_hash is None:
        codes.compare_with_nothing(code)
        raise InvalidCode
    if not codes.matches(code, registration.code_salt, registration.code_hash):
        raise InvalidCode
    if registration.state == PENDING:
        _set_verified(uow, registrations, addresses, registration)
    identity.confirm_email(registration_id)


def _set_verified(
    uow: UnitOfWork, registrations: RegistrationRepository, addresses: AddressRepository, registration: Registration
) -> None:
    member, email = registration.registration_id, registration.email
    names = {"first_name": registration.first_name or "", "last_name": registration.last_name or ""}
    born = date.fromisoformat(registration.date_of_birth or "")

    def act(work: Work) -> None:
        registrations.mark_verified(work, registration, on_failure=judge)
        addresses.claim(work, email, member, on_taken=InvalidCode())
        create_profile(
            work,
            member,
            email=email,
            **names,
            date_of_birth=born,
            phone=registration.phone,
            registered_at=clock.now(),
        )
        publish(
            work,
            UserRegistered(user_id=member, email=email, **names, date_of_birth=born, phone=registration.phone),
        )
        publish(work, EmailVerified(user_id=member, email=email))

    def judge(item: RawItem | None) -> Exception:
        present = stored(item)
        same = present is not None and present.state == VERIFIED and present.code_hash == registration.code_hash
        return _AlreadyVerified() if same else InvalidCode()

    try:
        uow.run(act)
    except _AlreadyVerified:
        return


def resend(uow: UnitOfWork, mails: MailCountRepository, registration_id: str, *, source: str) -> str:
    """Ask for a new code. The answer is the same for every id; what is sent is decided behind the bus.

    Returns
    -------
    str
        The id, whatever is known of it.
    """

    def act(work: Work) -> str:
        mails.count_for_source(work, source)
        publish(work, CodeRequested(registration_id=registration_id))
        return registration_id

    with refused_silently():
        uow.run(act)
    return registration_id

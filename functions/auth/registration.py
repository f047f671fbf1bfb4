"""Registration: can be resumed after a crash at any point, and does not reveal which addresses have an account.

A registration holds a lease on the e-mail address while it creates the account, sets the password and writes the code.
The password is set only under the lease and while no code is valid. So a verified account never gets another person's
password, and two registrations are never mixed: the later one finds the lease held and changes nothing. After that, the
latest registration counts.

The lease is acquired in one transaction with the request's Idempotency-Key. This saves a round trip, and a repeated
request finds its own key before its own lease.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from auth.codes import Code
from auth.discretion import run_or_look
from auth.events import RegistrationRepeated, UserRegistered, VerificationCodeIssued
from auth.identity import Account, CognitoIdentityProvider
from auth.records import PENDING, VERIFIED, Registration
from auth.repository import CODES_AN_HOUR, RegistrationRepository
from solo60 import clock
from solo60.events import publish
from solo60.ids import new_id
from solo60.retry import ConditionFailed
from solo60.unit_of_work import UnitOfWork, Work

INFORM_AT_MOST_EVERY = timedelta(hours=1)
UNKNOWN_NAME = "there"
"""The name in the mail to an owner whose name this service does not know: "Hello there"."""
LOOKUPS_OF_A_NEW_ACCOUNT = 2


@dataclass(frozen=True, repr=False)
class Applicant:
    """The validated data of a registration."""

    email: str
    password: str
    first_name: str
    last_name: str
    date_of_birth: date
    phone: str | None


class _Known(Exception):
    """The e-mail address has a registration that may be begun again."""


class _NotAvailable(Exception):
    """The e-mail address has a registration that is left unchanged."""

    def __init__(self, registration: Registration) -> None:
        self.registration = registration
        super().__init__()


class _Superseded(Exception):
    """Another request was faster. There is nothing to do."""


def register(
    uow: UnitOfWork, registrations: RegistrationRepository, identity: CognitoIdentityProvider, applicant: Applicant
) -> str:
    """Register a member. An existing account is left unchanged and its owner informed; the caller sees no difference.

    Returns
    -------
    str
        The e-mail address, whatever is known of it.
    """
    lease_id = new_id()
    try:
        begun = _begin(uow, registrations, applicant.email, lease_id)
    except _NotAvailable as found:
        _respond_as_if_new(uow, registrations, identity, applicant.email, found.registration)
        return applicant.email
    try:
        _complete(uow, registrations, identity, applicant, begun)
    except _Superseded:
        pass
    except Exception:
        registrations.abandon(applicant.email, lease_id)
        raise
    return applicant.email


def _begin(uow: UnitOfWork, registrations: RegistrationRepository, email: str, lease_id: str) -> Registration:
    """Acquire the lease. What is there is learned from the refused write: a read would be a fifth round trip."""
    seen: Registration | None = None

    def begin(work: Work) -> Registration:
        return registrations.begin(work, email, seen, lease_id=lease_id, on_present=look_at)

    def look_at(present: Registration) -> Exception:
        nonlocal seen
        if not _may_start(present):
            return _NotAvailable(present)
        first, seen = seen is None, present
        return _Known() if first else ConditionFailed()

    try:
        return uow.begin(begin)
    except _Known:
        # Without the pause of a conflict, whose duration would reveal that the address was registered before.
        return uow.begin(begin)


def _may_start(present: Registration) -> bool:
    leased = present.leased_until is not None and present.leased_until > clock.now()
    return present.state == PENDING and not leased and present.codes_this_hour < CODES_AN_HOUR


def _complete(
    uow: UnitOfWork,
    registrations: RegistrationRepository,
    identity: CognitoIdentityProvider,
    applicant: Applicant,
    begun: Registration,
) -> None:
    user_id = begun.user_id
    if not (begun.account_made and identity.set_password(applicant.email, applicant.password)):
        if not identity.create(applicant.email, user_id):
            # Created by a registration that did not finish, or with the pool's own tools.
            account = identity.find(applicant.email) or Account(None, False, None)
            user_id = account.user_id or user_id
            if account.verified:
                _record_verified(uow, registrations, begun, user_id, account)
                return
        identity.set_password(applicant.email, applicant.password)
    _record_account(uow, registrations, applicant, begun, user_id)


def _record_account(
    uow: UnitOfWork, registrations: RegistrationRepository, applicant: Applicant, begun: Registration, user_id: str
) -> None:
    code = Code.new()

    def act(work: Work) -> str:
        registrations.complete(
            work,
            begun,
            user_id=user_id,
            first_name=applicant.first_name,
            last_name=applicant.last_name,
            date_of_birth=applicant.date_of_birth,
            phone=applicant.phone,
            code=code,
            on_failure=_Superseded(),
        )
        publish(
            work,
            UserRegistered(
                user_id=user_id,
                email=applicant.email,
                first_name=applicant.first_name,
                last_name=applicant.last_name,
                date_of_birth=applicant.date_of_birth,
                phone=applicant.phone,
                registration=int(begun.registration),
            ),
        )
        publish(
            work,
            VerificationCodeIssued(
                user_id=user_id,
                email=applicant.email,
                first_name=applicant.first_name,
                code=code.text,
                expires_at=code.expires_at,
                earlier_registrations=int(begun.registration) - 1,
            ),
        )
        return applicant.email

    uow.run(act)


def _record_verified(
    uow: UnitOfWork, registrations: RegistrationRepository, begun: Registration, user_id: str, account: Account
) -> None:
    """Record a verified account that was not registered here, so that it cannot be registered, and inform its owner."""

    def act(work: Work) -> str:
        registrations.adopt_verified(work, begun, user_id, on_failure=_Superseded())
        name = account.first_name or UNKNOWN_NAME
        publish(work, RegistrationRepeated(user_id=user_id, email=begun.email, first_name=name))
        return begun.email

    uow.run(act)


def _respond_as_if_new(
    uow: UnitOfWork,
    registrations: RegistrationRepository,
    identity: CognitoIdentityProvider,
    email: str,
    present: Registration,
) -> None:
    # As many round trips as for a new account, so that the duration reveals little.
    for _ in range(LOOKUPS_OF_A_NEW_ACCOUNT):
        identity.find(email)
    not_since = clock.now() - INFORM_AT_MOST_EVERY

    def act(work: Work) -> str:
        if present.state == VERIFIED and (present.told_at is None or present.told_at <= not_since):
            registrations.mark_told(work, email, not_since=not_since, on_failure=_Superseded())
            name = present.first_name or UNKNOWN_NAME
            publish(work, RegistrationRepeated(user_id=present.user_id, email=email, first_name=name))
        return email

    try:
        run_or_look(uow, identity, email, act)
    except _Superseded:
        return

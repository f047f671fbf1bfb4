"""Registration: can be resumed after a crash at any point, and does not reveal which addresses have an account.

A registration holds a lease on the e-mail address while it creates the account, sets the password and writes the code.
The password is set only under the lease and while no code is valid. So a verified account never gets another person's
password, and two registrations are never mixed: the later one finds the lease held and changes nothing. After that, the
latest registration counts.

The lease is acquired in one transaction with the request's Idempotency-Key. This saves a round trip, and a repeated
request finds its own key before its own lease.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from auth.codes import Code
from auth.discretion import commit_or_look
from auth.events import RegistrationRepeated, UserRegistered, VerificationCodeIssued
from auth.identity import Account, CognitoIdentityProvider
from auth.records import PENDING, VERIFIED, Registration
from auth.repository import CODES_AN_HOUR, RegistrationRepository
from solo60 import clock
from solo60.events import publish
from solo60.ids import new_id
from solo60.problems import ServiceUnavailable
from solo60.transaction import Transaction

INFORM_AT_MOST_EVERY = timedelta(hours=1)
UNKNOWN_NAME = "there"
"""The name in the mail to an owner whose name this service does not know: "Hello there"."""
LOOKUPS_OF_A_NEW_ACCOUNT = 2

BEGIN_ATTEMPTS = 3

InTransaction = Callable[[Transaction], None]


@dataclass(frozen=True, repr=False)
class Applicant:
    """The validated data of a registration."""

    email: str
    password: str
    first_name: str
    last_name: str
    date_of_birth: date
    phone: str | None


class _Found(Exception):
    """The e-mail address has a registration that was not expected."""

    def __init__(self, registration: Registration) -> None:
        self.registration = registration
        super().__init__()


class _ConditionFailed(Exception):
    """Another request was faster. There is nothing to do."""


def register(
    registrations: RegistrationRepository,
    identity: CognitoIdentityProvider,
    applicant: Applicant,
    acquire_key: InTransaction,
    store_response: InTransaction,
) -> None:
    """Register a member. An existing account is left unchanged and its owner informed; the caller sees no difference.

    Parameters
    ----------
    acquire_key
        Adds acquiring the request's key to the first transaction of the registration.
    store_response
        Adds storing the response to the last transaction.
    """
    lease_id = new_id()
    try:
        begun = _begin(registrations, applicant.email, lease_id, acquire_key)
    except _Found as found:
        _respond_as_if_new(registrations, identity, found.registration, store_response)
        return
    try:
        _complete(registrations, identity, applicant, begun, store_response)
    except Exception:
        registrations.abandon(applicant.email, lease_id)
        raise


def _begin(
    registrations: RegistrationRepository, email: str, lease_id: str, acquire_key: InTransaction
) -> Registration:
    present: Registration | None = None
    for attempts_left in reversed(range(BEGIN_ATTEMPTS)):
        transaction = Transaction()
        acquire_key(transaction)
        begun = registrations.begin(
            transaction,
            email,
            present,
            lease_id=lease_id,
            on_failure=lambda item: _Found(Registration.from_raw_data(item or {})),
        )
        try:
            transaction.commit()
        except _Found as found:
            if not attempts_left or not _may_start(found.registration):
                raise
            present = found.registration
        else:
            return begun
    raise ServiceUnavailable  # not reached: the last attempt raises


def _may_start(present: Registration) -> bool:
    leased = present.leased_until is not None and present.leased_until > clock.now()
    return present.state == PENDING and not leased and present.codes_this_hour < CODES_AN_HOUR


def _complete(
    registrations: RegistrationRepository,
    identity: CognitoIdentityProvider,
    applicant: Applicant,
    begun: Registration,
    store_response: InTransaction,
) -> None:
    user_id = begun.user_id
    if not (begun.account_made and identity.set_password(applicant.email, applicant.password)):
        if not identity.create(applicant.email, user_id):
            # Created by a registration that did not finish, or with the pool's own tools.
            account = identity.find(applicant.email) or Account(None, False, None)
            user_id = account.user_id or user_id
            if account.verified:
                _record_verified(registrations, begun, user_id, account, store_response)
                return
        identity.set_password(applicant.email, applicant.password)
    code = Code.new()
    transaction = Transaction()
    registrations.complete(
        transaction,
        begun,
        user_id=user_id,
        first_name=applicant.first_name,
        last_name=applicant.last_name,
        date_of_birth=applicant.date_of_birth,
        phone=applicant.phone,
        code=code,
        on_failure=_ConditionFailed(),
    )
    publish(
        transaction,
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
        transaction,
        VerificationCodeIssued(
            user_id=user_id,
            email=applicant.email,
            first_name=applicant.first_name,
            code=code.text,
            expires_at=code.expires_at,
            earlier_registrations=int(begun.registration) - 1,
        ),
    )
    store_response(transaction)
    _commit(transaction)


def _record_verified(
    registrations: RegistrationRepository,
    begun: Registration,
    user_id: str,
    account: Account,
    store_response: InTransaction,
) -> None:
    """Record a verified account that was not registered here, so that it cannot be registered, and inform its owner."""
    transaction = Transaction()
    registrations.adopt_verified(transaction, begun, user_id, _ConditionFailed())
    name = account.first_name or UNKNOWN_NAME
    publish(transaction, RegistrationRepeated(user_id=user_id, email=begun.email, first_name=name))
    store_response(transaction)
    _commit(transaction)


def _respond_as_if_new(
    registrations: RegistrationRepository,
    identity: CognitoIdentityProvider,
    present: Registration,
    store_response: InTransaction,
) -> None:
    # As many round trips as for a new account, so that the duration reveals little.
    for _ in range(LOOKUPS_OF_A_NEW_ACCOUNT):
        identity.find(present.email)
    not_since = clock.now() - INFORM_AT_MOST_EVERY
    transaction = Transaction()
    if present.state == VERIFIED and (present.told_at is None or present.told_at <= not_since):
        registrations.mark_told(transaction, present.email, not_since=not_since, on_failure=_ConditionFailed())
        name = present.first_name or UNKNOWN_NAME
        publish(transaction, RegistrationRepeated(user_id=present.user_id, email=present.email, first_name=name))
    store_response(transaction)
    try:
        commit_or_look(identity, transaction, present.email)
    except _ConditionFailed:
        return


def _commit(transaction: Transaction) -> None:
    try:
        transaction.commit()
    except _ConditionFailed:
        return

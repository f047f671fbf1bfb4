"""Registering an e-mail: resumable after a crash anywhere, and silent about which e-mails have an account.

Whoever registers holds a lease on the e-mail while the account is made, its password set and its code written. The
password is set under the lease alone and while no code is alive, so a verified account never gets a stranger's password
and two registrations never mix: the later one finds the lease taken and leaves the e-mail to the earlier one. Once that
is done, the latest registration wins.

Taking the lease takes the request's Idempotency-Key with it: one trip less, and a repeated request meets its own key
before it can meet its own lease.
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

TOLD_AT_MOST_EVERY = timedelta(hours=1)
UNKNOWN_NAME = "there"
"""How a mail greets the owner of an account whose name this service does not know: "Hello there"."""
LOOKUPS_OF_A_NEW_ACCOUNT = 2

BEGIN_ATTEMPTS = 3

InTransaction = Callable[[Transaction], None]


@dataclass(frozen=True, repr=False)
class Applicant:
    """Who wants to become a member; checked already."""

    email: str
    password: str
    first_name: str
    last_name: str
    date_of_birth: date
    phone: str | None


class _Found(Exception):
    """The e-mail has another registration than the one that was expected."""

    def __init__(self, registration: Registration) -> None:
        self.registration = registration
        super().__init__()


class _ConditionFailed(Exception):
    """Another request was first; there is nothing left to do."""


def register(
    registrations: RegistrationRepository,
    identity: CognitoIdentityProvider,
    applicant: Applicant,
    acquire_key: InTransaction,
    store_response: InTransaction,
) -> None:
    """Register, or leave an existing account as it is and tell its owner: nobody else can see the difference.

    Parameters
    ----------
    acquire_key
        Adds taking the request's key to the transaction that begins the registration.
    store_response
        Adds the kept answer under that key to the transaction that ends it.
    """
    lease_id = new_id()
    try:
        begun = _begin(registrations, applicant.email, lease_id, acquire_key)
    except _Found as found:
        _answer_the_same(registrations, identity, found.registration, store_response)
        return
    try:
        _carry_out(registrations, identity, applicant, begun, store_response)
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
            if not attempts_left or not _may_begin(found.registration):
                raise
            present = found.registration
        else:
            return begun
    raise ServiceUnavailable  # not reached: the last attempt raises


def _may_begin(present: Registration) -> bool:
    leased = present.leased_until is not None and present.leased_until > clock.now()
    return present.state == PENDING and not leased and present.codes_this_hour < CODES_AN_HOUR


def _carry_out(
    registrations: RegistrationRepository,
    identity: CognitoIdentityProvider,
    applicant: Applicant,
    begun: Registration,
    store_response: InTransaction,
) -> None:
    user_id = begun.user_id
    if not (begun.account_made and identity.set_password(applicant.email, applicant.password)):
        if not identity.create(applicant.email, user_id):
            # A registration that broke off made it; or somebody with the pool's own tools.
            account = identity.find(applicant.email) or Account(None, False, None)
            user_id = account.user_id or user_id
            if account.verified:
                _adopt(registrations, begun, user_id, account, store_response)
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


def _adopt(
    registrations: RegistrationRepository,
    begun: Registration,
    user_id: str,
    account: Account,
    store_response: InTransaction,
) -> None:
    """A verified account that was not registered here: keep it from strangers, and tell its owner."""
    transaction = Transaction()
    registrations.adopt_verified(transaction, begun, user_id, _ConditionFailed())
    name = account.first_name or UNKNOWN_NAME
    publish(transaction, RegistrationRepeated(user_id=user_id, email=begun.email, first_name=name))
    store_response(transaction)
    _commit(transaction)


def _answer_the_same(
    registrations: RegistrationRepository,
    identity: CognitoIdentityProvider,
    present: Registration,
    store_response: InTransaction,
) -> None:
    # As many trips as a new account takes, so that the time of the answer tells little.
    for _ in range(LOOKUPS_OF_A_NEW_ACCOUNT):
        identity.find(present.email)
    not_since = clock.now() - TOLD_AT_MOST_EVERY
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

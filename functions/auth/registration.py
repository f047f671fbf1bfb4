"""Registering an e-mail: resumable after a crash anywhere, and silent about which e-mails have an account.

Whoever registers holds a lease on the e-mail while the account is made, its password set and its code written. The
password is set under the lease alone and while no code is alive, so a verified account never gets a stranger's password
and two registrations never mix: the later one finds the lease taken and leaves the e-mail to the earlier one. Once that
is done, the latest registration wins.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from auth.codes import Code
from auth.events import RegistrationRepeated, UserRegistered, VerificationCodeIssued
from auth.identity import Account, CognitoIdentityProvider
from auth.records import VERIFIED, Registration
from auth.repository import ConditionFailed, RegistrationRepository
from solo60 import clock
from solo60.events import publish
from solo60.ids import new_id
from solo60.transaction import Transaction

TOLD_AT_MOST_EVERY = timedelta(hours=1)
UNKNOWN_NAME = "there"
"""How a mail greets the owner of an account whose name this service does not know: "Hello there"."""
LOOKUPS_OF_A_NEW_ACCOUNT = 2

AnswerIn = Callable[[Transaction], None]


@dataclass(frozen=True, repr=False)
class Applicant:
    """Who wants to become a member; checked already."""

    email: str
    password: str
    first_name: str
    last_name: str
    date_of_birth: date
    phone: str | None


class _Unchanged(Exception):
    """Another request was first; there is nothing left to do."""


def register(
    applicant: Applicant,
    registrations: RegistrationRepository,
    identity: CognitoIdentityProvider,
    answer_in: AnswerIn,
) -> None:
    """Register, or leave an existing account as it is and tell its owner: nobody else can see the difference.

    Parameters
    ----------
    answer_in
        Adds the kept answer of the request's key to the transaction that commits the registration.
    """
    lease_id = new_id()
    try:
        begun = registrations.begin(applicant.email, lease_id=lease_id)
    except ConditionFailed as failed:
        present = Registration.from_raw_data(failed.item or {})
        _answer_the_same(applicant.email, present, registrations, identity, answer_in)
        return
    try:
        _carry_out(applicant, begun, registrations, identity, answer_in)
    except Exception:
        registrations.abandon(applicant.email, lease_id)
        raise


def _carry_out(
    applicant: Applicant,
    begun: Registration,
    registrations: RegistrationRepository,
    identity: CognitoIdentityProvider,
    answer_in: AnswerIn,
) -> None:
    user_id = begun.user_id
    if not identity.create(applicant.email, user_id) and not begun.account_made:
        # A registration that broke off made it; or somebody with the pool's own tools.
        account = identity.find(applicant.email) or Account(None, False, None)
        user_id = account.user_id or user_id
        if account.verified:
            _adopt(begun, user_id, account, registrations, answer_in)
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
        otherwise=_Unchanged(),
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
        ),
    )
    answer_in(transaction)
    _commit(transaction)


def _adopt(
    begun: Registration,
    user_id: str,
    account: Account,
    registrations: RegistrationRepository,
    answer_in: AnswerIn,
) -> None:
    """A verified account that was not registered here: keep it from strangers, and tell its owner."""
    transaction = Transaction()
    registrations.adopt_verified(transaction, begun, user_id, _Unchanged())
    name = account.first_name or UNKNOWN_NAME
    publish(transaction, RegistrationRepeated(user_id=user_id, email=begun.email, first_name=name))
    answer_in(transaction)
    _commit(transaction)


def _answer_the_same(
    email: str,
    present: Registration,
    registrations: RegistrationRepository,
    identity: CognitoIdentityProvider,
    answer_in: AnswerIn,
) -> None:
    # As many trips as a new account takes, so that the time of the answer tells no more than the answer.
    for _ in range(LOOKUPS_OF_A_NEW_ACCOUNT):
        identity.find(email)
    not_since = clock.now() - TOLD_AT_MOST_EVERY
    if present.state != VERIFIED or (present.told_at is not None and present.told_at > not_since):
        identity.find(email)
        return
    transaction = Transaction()
    registrations.mark_told(transaction, email, not_since=not_since, otherwise=_Unchanged())
    name = present.first_name or UNKNOWN_NAME
    publish(transaction, RegistrationRepeated(user_id=present.user_id, email=email, first_name=name))
    answer_in(transaction)
    _commit(transaction)


def _commit(transaction: Transaction) -> None:
    try:
        transaction.commit()
    except _Unchanged:
        return

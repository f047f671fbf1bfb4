"""Proving that an e-mail is one's own, with a code that came by mail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from auth import codes
from auth.codes import Code
from auth.discretion import commit_or_look
from auth.errors import InvalidCode
from auth.events import EmailVerified, VerificationCodeIssued
from auth.identity import CognitoIdentityProvider
from auth.records import PENDING, VERIFIED, Registration
from auth.repository import CODES_AN_HOUR, RegistrationRepository
from solo60 import clock
from solo60.events import publish
from solo60.transaction import Transaction

RESENT_AT_MOST_EVERY = timedelta(minutes=1)

StoreResponse = Callable[[Transaction], None]


class _ConditionFailed(Exception):
    """The registration is not as it was read."""


def verify(
    registrations: RegistrationRepository,
    identity: CognitoIdentityProvider,
    email: str,
    code: str,
    store_response: StoreResponse,
) -> None:
    """Verify an e-mail by its code. The same code again, within its life, finishes what a crash left undone.

    The registration moves before Cognito does: from then on nobody can register the e-mail anew, so no stranger's
    password can come to an account that is let in. A consumer of `EmailVerified` sees to it that Cognito follows.

    Raises
    ------
    InvalidCode
        Wrong, expired, used up, or there is none.
    """
    registration = registrations.take_attempt(email)
    if registration is None or registration.code_salt is None or registration.code_hash is None:
        codes.compare_with_nothing(code)
        raise InvalidCode
    if not codes.matches(code, registration.code_salt, registration.code_hash):
        raise InvalidCode
    if registration.state == PENDING:
        _move(registrations, registration, store_response)
    identity.confirm_email(email)


def _move(registrations: RegistrationRepository, registration: Registration, store_response: StoreResponse) -> None:
    transaction = Transaction()
    registrations.mark_verified(transaction, registration, on_failure=_ConditionFailed())
    publish(transaction, EmailVerified(user_id=registration.user_id, email=registration.email))
    store_response(transaction)
    try:
        transaction.commit()
    except _ConditionFailed:
        present = registrations.find(registration.email)
        if present is None or present.state != VERIFIED or present.code_hash != registration.code_hash:
            raise InvalidCode from None


def resend(
    registrations: RegistrationRepository, identity: CognitoIdentityProvider, email: str, store_response: StoreResponse
) -> None:
    """Send a new code where one is waited for, at most once a minute; in silence either way."""
    registration = registrations.find(email)
    transaction = Transaction()
    if registration is not None and _waits_for_code(registration):
        code = Code.new()
        registrations.replace_code(transaction, registration, code, on_failure=_ConditionFailed())
        publish(
            transaction,
            VerificationCodeIssued(
                user_id=registration.user_id,
                email=email,
                first_name=registration.first_name or "",
                code=code.text,
                expires_at=code.expires_at,
                earlier_registrations=int(registration.registration) - 1,
            ),
        )
    store_response(transaction)
    try:
        commit_or_look(identity, transaction, email)
    except _ConditionFailed:
        return


def _waits_for_code(registration: Registration) -> bool:
    now = clock.now()
    if registration.state != PENDING or registration.code_hash is None:
        return False
    if registration.code_sent_at is not None and registration.code_sent_at > now - RESENT_AT_MOST_EVERY:
        return False
    return registration.codes_this_hour < CODES_AN_HOUR

"""Verification of an e-mail address, with a code that is sent by mail."""

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
    """The registration has changed since it was read."""


def verify(
    registrations: RegistrationRepository,
    identity: CognitoIdentityProvider,
    email: str,
    code: str,
    store_response: StoreResponse,
) -> None:
    """Verify an e-mail address by its code. The same valid code, entered again, completes the work after a crash.

    The registration is changed before Cognito. From then on the address cannot be registered again, so no other
    person's password can reach a verified account. A consumer of `EmailVerified` makes sure that Cognito changes too.

    Raises
    ------
    InvalidCode
        The code is wrong or expired, has no attempts left, or does not exist.
    """
    registration = registrations.take_attempt(email)
    if registration is None or registration.code_salt is None or registration.code_hash is None:
        codes.compare_with_nothing(code)
        raise InvalidCode
    if not codes.matches(code, registration.code_salt, registration.code_hash):
        raise InvalidCode
    if registration.state == PENDING:
        _set_verified(registrations, registration, store_response)
    identity.confirm_email(email)


def _set_verified(
    registrations: RegistrationRepository, registration: Registration, store_response: StoreResponse
) -> None:
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
    """Send a new code to a pending registration, at most once a minute. The caller does not learn if it was sent."""
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

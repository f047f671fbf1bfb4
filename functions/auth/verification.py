"""Verification of an e-mail address, with a code that is sent by mail."""

from __future__ import annotations

from datetime import timedelta

from auth import codes
from auth.codes import Code
from auth.discretion import run_or_look
from auth.errors import InvalidCode
from auth.events import EmailVerified, VerificationCodeIssued
from auth.identity import CognitoIdentityProvider
from auth.records import PENDING, VERIFIED, Registration
from auth.repository import CODES_AN_HOUR, RegistrationRepository
from solo60 import clock
from solo60.events import publish
from solo60.unit_of_work import UnitOfWork, Work

RESENT_AT_MOST_EVERY = timedelta(minutes=1)


class _AlreadyVerified(Exception):
    """Another request with the same code was faster."""


def verify(
    uow: UnitOfWork, registrations: RegistrationRepository, identity: CognitoIdentityProvider, email: str, code: str
) -> None:
    """Verify an e-mail address by its code. The same valid code, entered again, completes the work after a crash.

    The registration is changed before Cognito. From then on the address cannot be registered again, so no other
    person's password can reach a verified account. A consumer of `EmailVerified` makes sure that Cognito changes too.

    Raises
    ------
    InvalidCode
        The code is wrong or expired, has no attempts left, or does not exist.
    """
    # The key is acquired first: a repeated request is no further attempt to enter the code.
    uow.begin(lambda work: None)
    registration = registrations.take_attempt(email)
    if registration is None or registration.code_salt is None or registration.code_hash is None:
        codes.compare_with_nothing(code)
        raise InvalidCode
    if not codes.matches(code, registration.code_salt, registration.code_hash):
        raise InvalidCode
    if registration.state == PENDING:
        _set_verified(uow, registrations, registration)
    identity.confirm_email(email)


def _set_verified(uow: UnitOfWork, registrations: RegistrationRepository, registration: Registration) -> None:
    def act(work: Work) -> None:
        registrations.mark_verified(work, registration, on_present=judge)
        publish(work, EmailVerified(user_id=registration.user_id, email=registration.email))

    def judge(present: Registration) -> Exception:
        same = present.state == VERIFIED and present.code_hash == registration.code_hash
        return _AlreadyVerified() if same else InvalidCode()

    try:
        uow.run(act)
    except _AlreadyVerified:
        return


def resend(
    uow: UnitOfWork, registrations: RegistrationRepository, identity: CognitoIdentityProvider, email: str
) -> str:
    """Send a new code to a pending registration, at most once a minute. The caller does not learn if it was sent.

    Returns
    -------
    str
        The e-mail address, whatever is known of it.
    """

    def act(work: Work) -> str:
        registration = registrations.find(work.read, email)
        if registration is not None and _waits_for_code(registration):
            code = Code.new()
            registrations.replace_code(work, registration, code)
            publish(
                work,
                VerificationCodeIssued(
                    user_id=registration.user_id,
                    email=email,
                    first_name=registration.first_name or "",
                    code=code.text,
                    expires_at=code.expires_at,
                    earlier_registrations=int(registration.registration) - 1,
                ),
            )
        return email

    return run_or_look(uow, identity, email, act)


def _waits_for_code(registration: Registration) -> bool:
    now = clock.now()
    if registration.state != PENDING or registration.code_hash is None:
        return False
    if registration.code_sent_at is not None and registration.code_sent_at > now - RESENT_AT_MOST_EVERY:
        return False
    return registration.codes_this_hour < CODES_AN_HOUR

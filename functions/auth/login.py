"""Login and logout."""

from __future__ import annotations

import math
from datetime import timedelta

from auth.errors import InvalidCredentials, TooManyAttempts
from auth.identity import CognitoIdentityProvider, Tokens
from auth.repository import LoginAttemptRepository
from solo60 import clock
from solo60.problems import EmailNotVerified
from solo60.unit_of_work import UnitOfWork

FAILURES_ALLOWED = 5
LOCKED_FOR = timedelta(minutes=15)


def log_in(attempts: LoginAttemptRepository, identity: CognitoIdentityProvider, email: str, password: str) -> Tokens:
    """Tokens for the correct password of a verified account.

    An attempt is counted before Cognito is called, so that simultaneous attempts are limited too. If Cognito gives no
    result, the attempt is not counted. A correct password resets the count.

    Raises
    ------
    InvalidCredentials
        The same for a wrong password and an unknown e-mail address.
    TooManyAttempts
        Five failures, each within 15 minutes of the one before, lock an address, known or not, for 15 minutes.
    EmailNotVerified
        The password is correct, but the e-mail address is not verified.
    """
    locked_until = attempts.count(email, limit=FAILURES_ALLOWED, within=LOCKED_FOR)
    if locked_until is not None:
        raise TooManyAttempts(retry_after=math.ceil((locked_until - clock.now()).total_seconds()))
    try:
        tokens = identity.login(email, password)
    except (InvalidCredentials, TooManyAttempts):
        raise
    except EmailNotVerified:
        attempts.forget(email)
        raise
    except Exception:
        attempts.take_back(email)
        raise
    attempts.forget(email)
    if not tokens.email_verified:
        raise EmailNotVerified
    return tokens


def log_out(uow: UnitOfWork, identity: CognitoIdentityProvider, email: str, refresh_token: str) -> None:
    """Revoke all refresh tokens of the account, and `refresh_token` if it is valid."""
    uow.begin(lambda work: None)
    identity.sign_out_everywhere(email)
    identity.revoke(refresh_token)

"""Logging in, staying logged in, logging out."""

from __future__ import annotations

import math
from datetime import timedelta

from auth.errors import InvalidCredentials, TooManyAttempts
from auth.identity import CognitoIdentityProvider, Tokens
from auth.repository import LoginAttemptRepository
from solo60 import clock
from solo60.problems import EmailNotVerified

FAILURES_ALLOWED = 5
LOCKED_FOR = timedelta(minutes=15)


def log_in(attempts: LoginAttemptRepository, identity: CognitoIdentityProvider, email: str, password: str) -> Tokens:
    """Tokens for the right password of a verified account.

    An attempt is counted before Cognito is asked, so guesses made at once are bounded as well as guesses in a row; it
    is taken back where Cognito gives no verdict, and a right password forgets them all.

    Raises
    ------
    InvalidCredentials
        The same for a wrong password and an unknown e-mail.
    TooManyAttempts
        Five failures without 15 minutes between them lock the e-mail, known or not, for 15 minutes.
    EmailNotVerified
        The password is right, the e-mail not yet proven.
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


def log_out(identity: CognitoIdentityProvider, email: str, refresh_token: str) -> None:
    """Revoke the refresh token and every other one of the account. A token that is none changes nothing of that."""
    identity.sign_out_everywhere(email)
    identity.revoke(refresh_token)

"""Login and logout."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from auth.accounts.repository import address_key, live_registrations, pending_key
from auth.errors import InvalidCredentials, RegistrationNotVerified, TooManyAttempts
from auth.identity import CognitoIdentityProvider, Tokens
from auth.login.repository import LoginAttemptRepository
from solo60 import clock
from solo60.ids import new_id
from solo60.problems import ServiceUnavailable
from solo60.records import batch_get
from solo60.unit_of_work import UnitOfWork

FAILURES_ALLOWED = 5
LOCKED_FOR = timedelta(minutes=15)
REGISTRATIONS_TRIED = 5


@dataclass(frozen=True)
class _Users:
    """The users of Cognito whose password may open an e-mail address.

    Attributes
    ----------
    ids
        The owner alone; without one the latest registrations; never none, so that every login asks Cognito.
    owned
        Whether the address has an owner.
    """

    ids: list[str]
    owned: bool


def log_in(
    attempts: LoginAttemptRepository, identity: CognitoIdentityProvider, email: str, password: str, *, source: str
) -> Tokens:
    """Tokens for the correct password of the owner of an e-mail address.

    An attempt is counted before Cognito is called, so that simultaneous attempts are limited too. If Cognito gives no
    result, the attempt is not counted. A correct password resets the count.

    Raises
    ------
    InvalidCredentials
        The same for a wrong password and an unknown e-mail address.
    TooManyAttempts
        Five failures, each within 15 minutes of the one before, lock an address, known or not, for 15 minutes.
    RegistrationNotVerified
        The password is that of a registration which waits for its code.
    """
    locked_until = attempts.count(email, limit=FAILURES_ALLOWED, within=LOCKED_FOR)
    if locked_until is not None:
        raise TooManyAttempts(retry_after=math.ceil((locked_until - clock.now()).total_seconds()))
    users = _users_of(email, source)
    try:
        user_id, tokens = _first_match(identity, users.ids, password)
    except (InvalidCredentials, TooManyAttempts):
        raise
    except Exception:
        attempts.take_back(email)
        raise
    attempts.forget(email)
    if not users.owned:
        raise RegistrationNotVerified(user_id)
    if not tokens.email_verified:
        # Verified a moment ago; the consumer of the verification will have told Cognito soon.
        raise ServiceUnavailable
    return tokens


def _users_of(email: str, source: str) -> _Users:
    found = batch_get(address_key(email), pending_key(email))
    owner = found[address_key(email)]
    if owner is not None:
        return _Users([owner.user_id], True)
    latest = live_registrations(found[pending_key(email)])[::-1]
    latest.sort(key=lambda one: one["source"] != source)
    return _Users([one["id"] for one in latest[:REGISTRATIONS_TRIED]] or [new_id()], False)


def _first_match(identity: CognitoIdentityProvider, user_ids: list[str], password: str) -> tuple[str, Tokens]:
    """The first user with this password. All are asked at the same time, so that their number takes no time."""
    if len(user_ids) == 1:
        return user_ids[0], identity.login(user_ids[0], password)
    with ThreadPoolExecutor(len(user_ids)) as pool:
        asked = [(user_id, pool.submit(identity.login, user_id, password)) for user_id in user_ids]
    for user_id, answer in asked:
        try:
            return user_id, answer.result()
        except InvalidCredentials:
            continue
    raise InvalidCredentials


def log_out(uow: UnitOfWork, identity: CognitoIdentityProvider, user_id: str, refresh_token: str) -> None:
    """Revoke all refresh tokens of the account, and `refresh_token` if it is valid."""
    uow.begin(lambda work: None)
    identity.sign_out_everywhere(user_id)
    identity.revoke(refresh_token)

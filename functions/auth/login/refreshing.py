"""Refresh: the next refresh token of a login, and an id token."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from auth.accounts.repository import account_key
from auth.errors import InvalidRefreshToken
from auth.identity import CognitoIdentityProvider
from auth.login.repository import LoginRepository, cognito_token, last_id_token, login_key
from auth.login.tokens import OpaqueToken
from auth.records import Account, Login
from solo60 import clock
from solo60.roles import needs_second_factor, role_key
from solo60.unit_of_work import UnitOfWork, Work

GRACE = timedelta(seconds=60)
"""How long the token that was replaced still gives its successor: its answer may have been lost."""
_SALT_BYTES = 16


@dataclass(frozen=True, repr=False)
class Tokens:
    """What a client gets: the id token of its requests, and the token for the next refresh.

    Attributes
    ----------
    expires_in
        Of the id token, in seconds.
    """

    id: str
    refresh: str
    expires_in: int


def refresh(uow: UnitOfWork, logins: LoginRepository, identity: CognitoIdentityProvider, text: str) -> Tokens:
    """The successor of a refresh token. The one that was just replaced gets the same answer for 60 seconds.

    So a client that lost the answer, and one that sends several refreshes at once, stays logged in.

    Raises
    ------
    InvalidRefreshToken
        It is not a refresh token, was replaced earlier, has expired, or its login was ended; or the member has become
        an admin and has not proven a second factor since.
    """
    token = OpaqueToken.parse(text)
    if token is None:
        raise InvalidRefreshToken

    def act(work: Work) -> Tokens:
        keys = login_key(token.user_id, token.record_id), account_key(token.user_id), role_key(token.user_id)
        found = work.read(*keys)
        login, account, role = found[keys[0]], found[keys[1]], found[keys[2]]
        if login is None or account is None or not _goes_on(login, account):
            raise InvalidRefreshToken
        if needs_second_factor(role, login.second_factor_at):
            raise InvalidRefreshToken
        if not token.secret.matches(login.secret_hash):
            return _repeated(login, token)
        salt = secrets.token_bytes(_SALT_BYTES)
        successor = token.successor(salt)
        tokens = identity.refresh(cognito_token(login, token))
        logins.rotate(work, login, successor, salt, tokens)
        logins.require_same_role(work, token.user_id, role)
        logins.require_same_logins(work, account, on_failure=InvalidRefreshToken())
        return Tokens(tokens.id, successor.text, tokens.expires_in)

    return uow.run(act)


def _goes_on(login: Login, account: Account) -> bool:
    if login.expires_at <= clock.now():
        return False
    if (login.logins_ended or 0) == (account.logins_ended or 0):
        return True
    return account.kept_login is not None and login.origin == account.kept_login


def _repeated(login: Login, token: OpaqueToken) -> Tokens:
    """The answer of the refresh that replaced this token a moment ago."""
    now = clock.now()
    if login.salt is None or login.rotated_at is None or login.id_token_expires_at is None:
        raise InvalidRefreshToken
    if not token.secret.matches(login.previous_hash) or login.rotated_at <= now - GRACE:
        raise InvalidRefreshToken
    successor = token.successor(login.salt)
    left = int((login.id_token_expires_at - now).total_seconds())
    return Tokens(last_id_token(login, successor), successor.text, max(1, left))

"""What a reset and a change of a password have in common.

Cognito is asked between two transactions. The first one leases the account, so that one password is set at a time; the
second one records the change. Where nobody comes to the second one, the lease expires, and the next change sets a
password of its own.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from auth.errors import PasswordBeingChanged
from auth.events import PasswordChanged
from auth.identity import CognitoIdentityProvider
from auth.password.repository import PasswordRepository
from auth.records import Account
from solo60 import clock
from solo60.events import publish
from solo60.problems import InvalidRequest, ServiceUnavailable, TooManyRequests
from solo60.unit_of_work import UnitOfWork, Work
from user.published import KeptLogin, end_tokens


class LeaseLost(Exception):
    """Another change of the password has begun meanwhile."""


def require_free(account: Account) -> None:
    """Require that no other change of the password is at work.

    Raises
    ------
    PasswordBeingChanged
        One is.
    """
    if account.leased_until is not None and account.leased_until > clock.now():
        raise PasswordBeingChanged(account.leased_until)


class PasswordReplacer:
    """The steps of a change that was begun, each of which can be repeated."""

    def __init__(self, passwords: PasswordRepository, identity: CognitoIdentityProvider) -> None:
        self._passwords, self._identity = passwords, identity

    def set(self, uow: UnitOfWork, user_id: str, lease_id: str, password: str) -> None:
        """Set the password in Cognito. Without an answer it may be set, so the lease then stays until it expires.

        Raises
        ------
        InvalidRequest
            Cognito does not accept the password. Nothing has changed.
        """
        try:
            self._identity.set_password(user_id, password, field="/new_password")
        except (InvalidRequest, TooManyRequests):
            self.give_up(uow, user_id, lease_id)
            raise

    def sign_out(self, user_id: str) -> None:
        """Revoke what Cognito has given out for the old password."""
        self._identity.sign_out_everywhere(user_id)

    def give_up(self, uow: UnitOfWork, user_id: str, lease_id: str) -> None:
        """End a change that has changed nothing."""
        with suppress(LeaseLost):
            uow.step(lambda work: self._passwords.release(work, user_id, lease_id, on_failure=LeaseLost()))

    def record(self, work: Work, account: Account | None, lease_id: str, *, kept: KeptLogin | None = None) -> datetime:
        """Record the change: no other reset, login or token of the member counts any more.

        Returns
        -------
        datetime
            Tokens that are issued from then on count.

        Raises
        ------
        ServiceUnavailable
            It took so long that another change has begun.
        """
        if account is None or account.lease_id != lease_id:
            raise ServiceUnavailable
        self._passwords.complete(work, account, kept_login=None if kept is None else kept.id)
        publish(work, PasswordChanged(user_id=account.user_id))
        return end_tokens(work, account.user_id, kept=kept)

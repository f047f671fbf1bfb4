"""Change of a password by a member who knows the old one."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from auth.errors import AccountNotFound, InvalidCredentials, TooManyAttempts, WrongPassword
from auth.identity import CognitoIdentityProvider
from auth.password.replacing import LeaseLost, PasswordReplacer, require_free
from auth.password.repository import WRONG_ALLOWED, PasswordRepository
from auth.records import Account
from solo60 import clock
from solo60.ids import new_id
from solo60.unit_of_work import UnitOfWork, Work
from user.published import KeptLogin


class PasswordChanger:
    """Changes passwords. One request at a time works on an account, as in a reset."""

    def __init__(
        self, passwords: PasswordRepository, replacer: PasswordReplacer, identity: CognitoIdentityProvider
    ) -> None:
        self._passwords, self._replacer, self._identity = passwords, replacer, identity

    def change(self, uow: UnitOfWork, user_id: str, login: str, *, old_password: str, new_password: str) -> None:
        """Set a new password. This ends every reset and every login but the caller's own.

        The logins end with the record, because a wrong old password must end none. Where the request dies behind
        Cognito, they end with its repeat.

        Parameters
        ----------
        login
            Cognito's id of the caller's login; empty if it is not known.

        Raises
        ------
        WrongPassword
            The old password is wrong.
        TooManyAttempts
            It was wrong five times in a row, each within 15 minutes of the one before.
        PasswordBeingChanged
            Another request is setting a password.
        InvalidRequest
            Cognito does not accept the password.
        """
        lease_id = new_id()
        account, judged_by = uow.begin(lambda work: self._lease(work, user_id, lease_id))
        if self._require_password(uow, account, lease_id, old_password, new_password):
            self._replacer.set(uow, user_id, lease_id, new_password)
        counted_from = clock.now()

        def record(work: Work) -> None:
            nonlocal counted_from
            present, tokens_from = self._passwords.account_and_tokens(work.read, user_id)
            # A logout meanwhile, or a reset of the second factor, has ended the caller's own login too.
            goes_on = present is not None and present.logins_ended == account.logins_ended and tokens_from == judged_by
            kept = KeptLogin(login, tokens_from) if login and goes_on else None
            counted_from = self._replacer.record(work, present, lease_id, kept=kept)

        uow.run(record)
        clock.wait_until(counted_from)

    def _lease(self, work: Work, user_id: str, lease_id: str) -> tuple[Account, datetime | None]:
        """Lease the account; also from when on its member's tokens count, by which the caller's one was judged."""
        account, tokens_from = self._passwords.account_and_tokens(work.read, user_id)
        if account is None:
            raise AccountNotFound
        require_free(account)
        if account.wrong_counted_until is not None and account.wrong_in_a_row >= WRONG_ALLOWED:
            raise TooManyAttempts(account.wrong_counted_until)
        self._passwords.lease(work, account, lease_id)
        return account, tokens_from

    def _require_password(
        self, uow: UnitOfWork, account: Account, lease_id: str, old_password: str, new_password: str
    ) -> bool:
        """Require the old password; whether the new one has to be set still.

        The repeat of a change that died after it had set its password finds the new one set.
        """
        try:
            if self._is_password(account, old_password):
                return True
            if account.has_died and self._is_password(account, new_password):
                return False
        except Exception:
            self._replacer.give_up(uow, account.user_id, lease_id)
            raise
        with suppress(LeaseLost):
            uow.step(lambda work: self._passwords.count_wrong(work, account, lease_id, on_failure=LeaseLost()))
        raise WrongPassword

    def _is_password(self, account: Account, password: str) -> bool:
        try:
            self._identity.login(account.user_id, password)
        except InvalidCredentials:
            return False
        return True

"""Reset of a forgotten password, with the code that was sent to the address."""

from __future__ import annotations

from contextlib import suppress

from auth import codes
from auth.accounts.repository import account_key
from auth.errors import InvalidCode, PasswordBeingChanged
from auth.login.sources import LoginSources
from auth.password.replacing import PasswordReplacer, require_free
from auth.password.repository import PasswordRepository, ResetInProgress, ResetRepository, reset_key
from auth.records import SENT, PasswordReset
from solo60 import clock
from solo60.ids import new_id
from solo60.problems import InvalidRequest, TooManyRequests
from solo60.unit_of_work import UnitOfWork, Work
from user.published import end_tokens


class PasswordResetter:
    """Resets passwords.

    One request at a time works with a code, and one on an account. While it asks Cognito, the others are refused; if it
    dies, the same code completes the reset as soon as the lease has expired. All logins and tokens end before Cognito
    is asked, so that none outlives a reset that dies behind it and is never repeated: whoever has the code is the
    owner. They end again with the record, because the old password works until Cognito has answered.
    """

    def __init__(
        self, resets: ResetRepository, passwords: PasswordRepository, replacer: PasswordReplacer, logins: LoginSources
    ) -> None:
        self._resets, self._passwords, self._replacer, self._logins = resets, passwords, replacer, logins

    def reset(self, uow: UnitOfWork, reset_id: str, code: str, new_password: str, *, source: str) -> None:
        """Set a new password. This ends every login and every other reset, and the lock of the source.

        Parameters
        ----------
        source
            Where the request comes from: whoever has the code is the owner, and can log in from there at once.

        Raises
        ------
        InvalidCode
            The code is wrong, has expired, was used, has no attempts left or does not exist, or the password was
            changed since it was sent.
        PasswordBeingChanged
            Another request is setting a password.
        InvalidRequest
            Cognito does not accept the password. The logins have ended.
        """
        # The key is acquired first: a repeated request is no further attempt to enter the code.
        uow.begin(lambda work: None)
        reset = self._require_code(reset_id, code)
        user_id, lease_id = reset.user_id or "", new_id()
        try:
            uow.step(lambda work: self._lease(work, reset, lease_id))
        except PasswordBeingChanged:
            # Not the code is in the way, so that its attempts last until the other change has ended.
            with suppress(InvalidCode):
                uow.step(lambda work: self._resets.give_back_attempt(work, reset, on_failure=InvalidCode()))
            raise
        try:
            self._replacer.set(uow, user_id, lease_id, new_password)
        except (InvalidRequest, TooManyRequests):
            uow.step(lambda work: self._resets.release(work, reset_id))
            raise
        # What Cognito has given out until now is of the old password: nobody has been told of the new one yet.
        self._replacer.sign_out(user_id)
        self._record(uow, reset, lease_id, source)

    def _require_code(self, reset_id: str, code: str) -> PasswordReset:
        try:
            reset = self._resets.take_attempt(reset_id)
        except ResetInProgress as other:
            raise PasswordBeingChanged(other.until) from None
        if reset is None or reset.code_salt is None or reset.code_hash is None:
            codes.compare_with_nothing(code)
            raise InvalidCode
        if not codes.matches(code, reset.code_salt, reset.code_hash):
            raise InvalidCode
        return reset

    def _lease(self, work: Work, entered: PasswordReset, lease_id: str) -> None:
        keys = reset_key(entered.reset_id), account_key(entered.user_id or "")
        found = work.read(*keys)
        reset, account = found[keys[0]], found[keys[1]]
        if reset is None or reset.state != SENT or account is None:
            raise InvalidCode
        if reset.passwords_changed != (account.passwords_changed or 0):
            raise InvalidCode
        require_free(account)
        self._passwords.lease(work, account, lease_id, ends_logins=True)
        self._resets.lease(work, reset)
        end_tokens(work, account.user_id)

    def _record(self, uow: UnitOfWork, reset: PasswordReset, lease_id: str, source: str) -> None:
        counted_from = clock.now()

        def act(work: Work) -> None:
            nonlocal counted_from
            account = self._passwords.find(work.read, reset.user_id or "")
            self._resets.use(work, reset.reset_id)
            self._logins.end_locks(work, reset.email, source)
            counted_from = self._replacer.record(work, account, lease_id)

        uow.run(act)
        clock.wait_until(counted_from)

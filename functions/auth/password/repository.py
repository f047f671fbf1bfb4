"""Resets by their ids, and the changes of the passwords of accounts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from auth.accounts.repository import account_key, same_logins
from auth.codes import ATTEMPTS, LIFE, Code
from auth.records import REQUESTED, SENT, USED, Account, PasswordReset
from solo60 import clock
from solo60.bans import ban_key
from solo60.records import Key, Read, update_now
from solo60.repository import Repository, changes_of, unchanged
from solo60.retry import ConditionFailed
from solo60.transaction import OnFailure, Transaction

LEASED_FOR = timedelta(seconds=30)
"""Longer than a function runs: who finds a lease that has expired can rely on it that its holder is gone."""
WRONG_ALLOWED = 5
LOCKED_FOR = timedelta(minutes=15)
RESETS_KEPT = timedelta(days=1)
_LEASE = ("lease_id", "leased_until")
_COUNT = ("wrong_passwords", "wrong_counted_until")


def reset_key(reset_id: str) -> Key[PasswordReset]:
    """The key of a reset."""
    return Key(PasswordReset, f"RESET#{reset_id}", "RESET")


class ResetInProgress(Exception):
    """Another request with this reset is at work.

    Attributes
    ----------
    until
        When its lease ends.
    """

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__()


class ResetRepository(Repository[PasswordReset, [str]]):
    """Resets by id."""

    key = staticmethod(reset_key)

    def request(self, transaction: Transaction, reset_id: str, *, email: str, source: str) -> None:
        """Store a request for a reset, whether or not the address has an owner. It has no code yet.

        It has the attempts of one that has a code, so that entering a code takes the same way.
        """
        expires_at = clock.now() + LIFE
        reset = reset_key(reset_id).blank()
        reset.kind, reset.reset_id, reset.state = "password_reset", reset_id, REQUESTED
        reset.email, reset.source = email, source
        reset.expires_at, reset.attempts_left = expires_at, ATTEMPTS
        reset.ttl = clock.epoch_seconds(expires_at + RESETS_KEPT)
        transaction.put(reset)

    def set_code(self, transaction: Transaction, reset: PasswordReset, account: Account, code: Code) -> None:
        """Give a request its code, which is for this account as long as its password is not changed."""
        kind = PasswordReset
        transaction.update(
            reset_key(reset.reset_id).blank(),
            [
                kind.state.set(SENT),
                kind.user_id.set(account.user_id),
                kind.code_salt.set(code.salt),
                kind.code_hash.set(code.hash),
                kind.expires_at.set(code.expires_at),
                kind.passwords_changed.set(account.passwords_changed or 0),
            ],
            condition=kind.state == REQUESTED,
        )

    def take_attempt(self, reset_id: str) -> PasswordReset | None:
        """Use up one of the attempts to enter the code.

        Returns
        -------
        PasswordReset or None
            The reset as it is now; None if there is none, it has expired, was used or has no attempts left.

        Raises
        ------
        ResetInProgress
            The right code was entered a moment ago, and its request is at work.
        """
        kind, now = PasswordReset, clock.now()
        try:
            return update_now(
                reset_key(reset_id).blank(),
                [kind.attempts_left.add(-1)],
                (kind.expires_at > now)
                & (kind.attempts_left > 0)
                & (kind.state != USED)
                & (kind.leased_until.does_not_exist() | (kind.leased_until <= now)),
            )
        except ConditionFailed as failed:
            present = PasswordReset.from_raw_data(failed.item) if failed.item else None
            if present is not None and present.leased_until is not None and present.leased_until > now:
                raise ResetInProgress(present.leased_until) from None
            return None

    def give_back_attempt(self, transaction: Transaction, reset: PasswordReset, *, on_failure: OnFailure) -> None:
        """Undo that the right code, which cannot be used at present, took an attempt."""
        kind = PasswordReset
        transaction.update(
            reset_key(reset.reset_id).blank(),
            [kind.attempts_left.add(1)],
            condition=(kind.state == SENT) & (kind.code_hash == reset.code_hash),
            on_failure=on_failure,
        )

    def lease(self, transaction: Transaction, reset: PasswordReset) -> None:
        """Note that the right code was entered and its request is at work. The attempt is given back."""
        kind = PasswordReset
        transaction.update(
            reset_key(reset.reset_id).blank(),
            [kind.leased_until.set(clock.now() + LEASED_FOR), kind.attempts_left.add(1)],
            condition=(kind.state == SENT) & (kind.code_hash == reset.code_hash),
        )

    def release(self, transaction: Transaction, reset_id: str) -> None:
        """Let the right code be entered again at once."""
        transaction.update(reset_key(reset_id).blank(), [PasswordReset.leased_until.remove()])

    def use(self, transaction: Transaction, reset_id: str) -> None:
        """Let the code be worth nothing from now on."""
        kind = PasswordReset
        transaction.update(
            reset_key(reset_id).blank(),
            [kind.state.set(USED), *changes_of(kind, dict.fromkeys(("leased_until", "code_hash", "code_salt")))],
            condition=kind.state == SENT,
        )


class PasswordRepository(Repository[Account, [str]]):
    """The changes of the passwords of accounts: one at a time, whoever makes them."""

    key = staticmethod(account_key)

    def account_and_tokens(self, read: Read, user_id: str) -> tuple[Account | None, datetime | None]:
        """An account, and from when on the tokens of its member count, in one read."""
        account, ended = account_key(user_id), ban_key(user_id)
        found = read(account, ended)
        recorded = found[ended]
        return found[account], None if recorded is None else recorded.tokens_from

    def lease(self, transaction: Transaction, account: Account, lease_id: str, *, ends_logins: bool = False) -> None:
        """Begin a change of the password, unless another one was begun since the account was read.

        Parameters
        ----------
        ends_logins
            All logins end already now, whatever becomes of the change.
        """
        kind = Account
        begun: dict[str, object] = {"lease_id": lease_id, "leased_until": clock.now() + LEASED_FOR}
        begun["died"] = account.has_died or None
        if ends_logins:
            begun |= {"logins_ended": int(account.logins_ended or 0) + 1, "kept_login": None}
        transaction.update(
            account_key(account.user_id).blank(),
            changes_of(kind, begun),
            condition=unchanged(kind.lease_id, account.lease_id)
            & unchanged(kind.passwords_changed, account.passwords_changed)
            & same_logins(account),
        )

    def release(self, transaction: Transaction, user_id: str, lease_id: str, *, on_failure: OnFailure) -> None:
        """Give up a change that has changed nothing."""
        self._end(transaction, user_id, lease_id, {}, on_failure)

    def count_wrong(self, transaction: Transaction, account: Account, lease_id: str, *, on_failure: OnFailure) -> None:
        """Give up a change because the old password was wrong. As one change is at work at a time, none is missed."""
        counted = {"wrong_passwords": account.wrong_in_a_row + 1, "wrong_counted_until": clock.now() + LOCKED_FOR}
        self._end(transaction, account.user_id, lease_id, counted, on_failure)

    def complete(self, transaction: Transaction, account: Account, *, kept_login: str | None) -> None:
        """Count the change that was begun, and end with it every reset and every login but one."""
        kind = Account
        changes = {
            "passwords_changed": int(account.passwords_changed or 0) + 1,
            "logins_ended": int(account.logins_ended or 0) + 1,
            "kept_login": kept_login,
            **dict.fromkeys((*_LEASE, *_COUNT, "died")),
        }
        transaction.update(
            account_key(account.user_id).blank(),
            changes_of(kind, changes),
            condition=(kind.lease_id == account.lease_id) & same_logins(account),
        )

    def _end(
        self, transaction: Transaction, user_id: str, lease_id: str, more: Mapping[str, object], on_failure: OnFailure
    ) -> None:
        transaction.update(
            account_key(user_id).blank(),
            changes_of(Account, {**dict.fromkeys(_LEASE), **more}),
            condition=Account.lease_id == lease_id,
            on_failure=on_failure,
        )

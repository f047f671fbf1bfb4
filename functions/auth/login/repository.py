"""Logins and login attempts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from auth.accounts.repository import same_logins
from auth.hours import current_hour
from auth.identity import CognitoTokens
from auth.login.tokens import COGNITO, OpaqueToken
from auth.records import Account, Login, LoginFailures, LoginSource
from solo60 import clock
from solo60.records import Key, update_now
from solo60.repository import Repository, unchanged
from solo60.retry import ConditionFailed
from solo60.roles import RecordedRole, role_key
from solo60.transaction import OnFailure, Transaction

LOCKED_FOR = timedelta(minutes=15)
SOURCE_KNOWN_FOR = timedelta(days=30)
IDLE = timedelta(days=30)
LONGEST = timedelta(days=365)
"""As long as Cognito's refresh token is valid (`infra_cdk.stacks.identity`)."""
_COUNT_KEPT = timedelta(days=1)
_ID = "id"


def login_key(user_id: str, login_id: str) -> Key[Login]:
    """The key of a login."""
    return Key(Login, f"USER#{user_id}", f"LOGIN#{login_id}")


def source_key(email: str, source: str) -> Key[LoginSource]:
    """The key of the logins for an e-mail address from a source."""
    return Key(LoginSource, f"LOGIN#{email}", f"SOURCE#{source}")


def failures_key(email: str) -> Key[LoginFailures]:
    """The key of the failed logins for an e-mail address in the current hour."""
    return Key(LoginFailures, f"LOGIN#{email}", f"HOUR#{current_hour()}")


@dataclass(frozen=True)
class Attempt:
    """A counted attempt to log in.

    Attributes
    ----------
    source
        The source as it is with this attempt.
    locked_until
        None if the attempt is allowed; else the instant until which the source is locked for the address.
    """

    source: LoginSource
    locked_until: datetime | None

    def is_ended(self, locks_ended_at: datetime | None) -> bool:
        """Whether the source is locked by failures from before all locks of the address were ended."""
        if self.locked_until is None or locks_ended_at is None:
            return False
        last_failure = self.locked_until - LOCKED_FOR
        return last_failure <= locks_ended_at


class LoginAttemptRepository:
    """Failed logins for e-mail addresses, known or not: in a row from each source, and in an hour from all."""

    def count(self, email: str, source: str, *, limit: int) -> Attempt:
        """Count a login attempt before it is made."""
        kind, key, now = LoginSource, source_key(email, source), clock.now()
        begins = [
            kind.kind.set("login_source"),
            kind.counted_until.set(now + LOCKED_FOR),
            kind.ttl.set(clock.epoch_seconds(now + SOURCE_KNOWN_FOR)),
        ]
        # Twice: an expired count is started again, and another request may have started it first.
        for _ in range(2):
            try:
                counted = update_now(
                    key.blank(),
                    [*begins, kind.failures.add(1)],
                    kind.failures.does_not_exist() | ((kind.counted_until > now) & (kind.failures < limit)),
                )
            except ConditionFailed as failed:
                present = kind.from_raw_data(failed.item or {})
                if present.counted_until is not None and present.counted_until > now:
                    return Attempt(present, present.counted_until)
            else:
                return Attempt(counted, None)
            try:
                return Attempt(
                    update_now(key.blank(), [*begins, kind.failures.set(1)], kind.counted_until <= now), None
                )
            except ConditionFailed:
                continue
        return Attempt(key.blank(), now + LOCKED_FOR)

    def count_anew(self, email: str, source: str, locked: Attempt, *, limit: int) -> Attempt:
        """Count an attempt from a source that is locked, as the first one: its failures do not count any more."""
        kind, key, now = LoginSource, source_key(email, source), clock.now()
        try:
            counted = update_now(
                key.blank(),
                [kind.failures.set(1), kind.counted_until.set(now + LOCKED_FOR)],
                kind.counted_until == locked.locked_until,
            )
        except ConditionFailed:
            return self.count(email, source, limit=limit)
        return Attempt(counted, None)

    def take_back(self, email: str, source: str) -> None:
        """Undo the count of an attempt that says nothing of the owner's password."""
        kind = LoginSource
        try:
            update_now(source_key(email, source).blank(), [kind.failures.add(-1)], kind.failures > 0)
        except ConditionFailed:
            return

    def count_failure(self, email: str) -> None:
        """Count a failed attempt among those of all sources in this hour."""
        kind = LoginFailures
        update_now(
            failures_key(email).blank(),
            [
                kind.kind.set("login_failures"),
                kind.failures.add(1),
                kind.ttl.set(clock.epoch_seconds(clock.now() + _COUNT_KEPT)),
            ],
        )

    def succeed(self, transaction: Transaction, email: str, source: str) -> None:
        """Reset the count of a source, from which the owner of the address has logged in."""
        kind, known = LoginSource, clock.now() + SOURCE_KNOWN_FOR
        transaction.update(
            source_key(email, source).blank(),
            [
                kind.kind.set("login_source"),
                kind.failures.remove(),
                kind.counted_until.remove(),
                kind.known_until.set(known),
                kind.ttl.set(clock.epoch_seconds(known)),
            ],
        )


class LoginRepository(Repository[Login, [str, str]]):
    """Logins by member and id."""

    key = staticmethod(login_key)

    def add(
        self,
        transaction: Transaction,
        token: OpaqueToken,
        tokens: CognitoTokens,
        account: Account,
        *,
        on_failure: OnFailure,
        second_factor: bool = False,
    ) -> None:
        """Store a new login, unless the logins of its account were ended meanwhile."""
        now = clock.now()
        login = login_key(token.user_id, token.record_id).blank()
        login.kind, login.user_id, login.login_id = "login", token.user_id, token.record_id
        login.origin, login.logins_ended = tokens.origin, account.logins_ended
        login.second_factor_at = now if second_factor else None
        login.begun_at, login.expires_at = now, now + IDLE
        login.secret_hash = token.secret.hash
        login.cognito_token = token.secret.masked(COGNITO, tokens.refresh.encode())
        login.ttl = clock.epoch_seconds(login.expires_at)
        transaction.put(login)
        self.require_same_logins(transaction, account, on_failure=on_failure)

    def rotate(
        self,
        transaction: Transaction,
        before: Login,
        successor: OpaqueToken,
        salt: bytes,
        tokens: CognitoTokens,
    ) -> None:
        """Replace the refresh token of a login, if it is still the one that was given."""
        kind, now = Login, clock.now()
        expires_at = min(now + IDLE, before.begun_at + LONGEST)
        transaction.update(
            login_key(before.user_id, before.login_id).blank(),
            [
                kind.secret_hash.set(successor.secret.hash),
                kind.cognito_token.set(successor.secret.masked(COGNITO, tokens.refresh.encode())),
                kind.previous_hash.set(before.secret_hash),
                kind.salt.set(salt),
                kind.rotated_at.set(now),
                kind.id_token.set(successor.secret.masked(_ID, tokens.id.encode())),
                kind.id_token_expires_at.set(now + timedelta(seconds=tokens.expires_in)),
                kind.expires_at.set(expires_at),
                kind.ttl.set(clock.epoch_seconds(expires_at)),
            ],
            condition=kind.secret_hash == before.secret_hash,
        )

    def require_same_role(
        self, transaction: Transaction, user_id: str, role: RecordedRole | None, *, on_failure: OnFailure | None = None
    ) -> None:
        """Require at the commit that the role is as it was read: one of an admin asks for a second factor."""
        kind = RecordedRole
        same = unchanged(kind.role, None if role is None else role.role) & unchanged(
            kind.second_factor_from, None if role is None else role.second_factor_from
        )
        transaction.check(role_key(user_id).blank(), same, on_failure=on_failure)

    def require_same_logins(self, transaction: Transaction, account: Account, *, on_failure: OnFailure) -> None:
        """Require at the commit that the logins of an account were not ended since it was read."""
        transaction.check(Account(account.pk, account.sk), same_logins(account), on_failure=on_failure)


def cognito_token(login: Login, token: OpaqueToken) -> str:
    """Cognito's refresh token of a login, for the holder of its present token."""
    return token.secret.masked(COGNITO, login.cognito_token).decode()


def last_id_token(login: Login, successor: OpaqueToken) -> str:
    """The id token of the last refresh of a login."""
    return successor.secret.masked(_ID, login.id_token or b"").decode()

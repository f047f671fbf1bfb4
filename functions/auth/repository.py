"""Repositories of the auth service: registrations and login attempts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from auth.codes import ATTEMPTS, Code
from auth.records import PENDING, VERIFIED, LoginAttempts, Registration
from solo60 import clock
from solo60.ids import new_id
from solo60.records import Key, RawItem, update_now
from solo60.repository import Repository
from solo60.retry import ConditionFailed
from solo60.transaction import OnFailure, Transaction

LEASE = timedelta(seconds=15)
"""Longer than a function may run. If a function ran longer than its lease, two could set the password at once."""
CODES_AN_HOUR = 10
CODES_COUNTED = timedelta(hours=1)
ATTEMPTS_KEPT = timedelta(days=1)

OnPresent = Callable[[Registration], Exception]
"""The error for a failed condition, from the registration as it is instead."""


def registration_key(email: str) -> Key[Registration]:
    """The key of the registration of an e-mail address."""
    return Key(Registration, f"EMAIL#{email}", "REGISTRATION")


class RegistrationRepository(Repository[Registration, [str]]):
    """Registrations by e-mail address."""

    key = staticmethod(registration_key)

    def begin(
        self,
        transaction: Transaction,
        email: str,
        present: Registration | None,
        *,
        lease_id: str,
        on_present: OnPresent,
    ) -> Registration:
        """Acquire the lease on an unverified e-mail address. The earlier code becomes invalid.

        Parameters
        ----------
        present
            The registration as it was seen, None if it must not exist.
        on_present
            What the commit raises if there is another registration than that.
        """
        kind = Registration
        unchanged: Condition
        if present is None:
            begun, unchanged = registration_key(email).blank(), kind.pk.does_not_exist()
            begun.kind, begun.email, begun.user_id, begun.state = "registration", email, new_id(), PENDING
        else:
            begun, unchanged = kind(**present.attribute_values), kind.version == present.version
        begun.registration = int(begun.registration) + 1
        begun.version = int(begun.version) + 1
        begun.lease_id = lease_id
        begun.leased_until = clock.now() + LEASE
        begun.code_hash = None
        transaction.put(
            begun, condition=unchanged | (kind.lease_id == lease_id), on_failure=lambda item: on_present(_stored(item))
        )
        return begun

    def abandon(self, email: str, lease_id: str) -> None:
        """Release the lease, so that the next attempt need not wait until it expires."""
        try:
            update_now(
                registration_key(email).blank(),
                [Registration.lease_id.remove(), Registration.leased_until.remove()],
                Registration.lease_id == lease_id,
            )
        except ConditionFailed:
            return

    def complete(
        self,
        transaction: Transaction,
        begun: Registration,
        *,
        user_id: str,
        first_name: str,
        last_name: str,
        date_of_birth: date,
        phone: str | None,
        code: Code,
        on_failure: OnFailure,
    ) -> None:
        """Write the data of the registration and its code, and release the lease."""
        kind = Registration
        transaction.update(
            registration_key(begun.email).blank(),
            [
                kind.user_id.set(user_id),
                kind.account_made.set(True),
                kind.first_name.set(first_name),
                kind.last_name.set(last_name),
                kind.date_of_birth.set(date_of_birth.isoformat()),
                kind.phone.set(phone) if phone else kind.phone.remove(),
                kind.terms_accepted_at.set(clock.now()),
                kind.lease_id.remove(),
                kind.leased_until.remove(),
                *_code_actions(begun, code),
            ],
            condition=(kind.lease_id == begun.lease_id) & (kind.state == PENDING),
            on_failure=on_failure,
        )

    def replace_code(self, transaction: Transaction, registration: Registration, code: Code) -> None:
        """Replace the code that was read with a new one."""
        kind = Registration
        transaction.update(
            registration_key(registration.email).blank(),
            _code_actions(registration, code),
            condition=(kind.code_hash == registration.code_hash) & (kind.state == PENDING),
        )

    def take_attempt(self, email: str) -> Registration | None:
        """Count an attempt to enter a code, before the code is compared.

        Returns
        -------
        Registration or None
            None if there is no valid code: none was sent, it has expired, or it has no attempts left.
        """
        kind = Registration
        try:
            return update_now(
                registration_key(email).blank(),
                [kind.attempts_left.add(-1)],
                kind.code_hash.exists() & (kind.code_expires_at > clock.now()) & (kind.attempts_left > 0),
            )
        except ConditionFailed:
            return None

    def mark_verified(self, transaction: Transaction, registration: Registration, *, on_present: OnPresent) -> None:
        """Set the state to verified, if the code is still the one that was entered.

        Parameters
        ----------
        on_present
            What the commit raises if it is another code, or verified already.
        """
        kind = Registration
        transaction.update(
            registration_key(registration.email).blank(),
            [kind.state.set(VERIFIED), kind.verified_at.set(clock.now()), kind.version.add(1)],
            condition=(kind.code_hash == registration.code_hash) & (kind.state == PENDING),
            on_failure=lambda item: on_present(_stored(item)),
        )

    def adopt_verified(
        self, transaction: Transaction, begun: Registration, user_id: str, *, on_failure: OnFailure
    ) -> None:
        """Record that Cognito has a verified account for this address, not created here; release the lease."""
        kind = Registration
        transaction.update(
            registration_key(begun.email).blank(),
            [
                kind.state.set(VERIFIED),
                kind.user_id.set(user_id),
                kind.account_made.set(True),
                kind.told_at.set(clock.now()),
                kind.lease_id.remove(),
                kind.leased_until.remove(),
                kind.version.add(1),
            ],
            condition=(kind.lease_id == begun.lease_id) & (kind.state == PENDING),
            on_failure=on_failure,
        )

    def mark_told(self, transaction: Transaction, email: str, *, not_since: datetime, on_failure: OnFailure) -> None:
        """Record that the owner of a verified account is informed now, unless informed since `not_since`."""
        kind = Registration
        transaction.update(
            registration_key(email).blank(),
            [kind.told_at.set(clock.now())],
            condition=(kind.state == VERIFIED) & (kind.told_at.does_not_exist() | (kind.told_at <= not_since)),
            on_failure=on_failure,
        )


class LoginAttemptRepository:
    """Consecutive failed logins, by e-mail address."""

    def count(self, email: str, *, limit: int, within: timedelta) -> datetime | None:
        """Count a login attempt before it is made.

        Returns
        -------
        datetime or None
            None if the attempt is allowed; else the instant until which the address is locked.
        """
        kind = LoginAttempts
        now = clock.now()
        begins = [
            kind.kind.set("login_attempts"),
            kind.counted_until.set(now + within),
            kind.ttl.set(clock.epoch_seconds(now + within + ATTEMPTS_KEPT)),
        ]
        key = LoginAttempts(_login_key(email), "ATTEMPTS")
        # Twice: an expired count is started again, and another request may have started it first.
        for _ in range(2):
            try:
                update_now(
                    key,
                    [*begins, kind.failures.add(1)],
                    kind.failures.does_not_exist() | ((kind.counted_until > now) & (kind.failures < limit)),
                )
            except ConditionFailed as failed:
                present = LoginAttempts.from_raw_data(failed.item or {})
                if present.counted_until > now:
                    return present.counted_until
            else:
                return None
            try:
                update_now(key, [*begins, kind.failures.set(1)], kind.counted_until <= now)
            except ConditionFailed:
                continue
            return None
        return now + within

    def take_back(self, email: str) -> None:
        """Undo the count of an attempt without a result from Cognito."""
        try:
            update_now(
                LoginAttempts(_login_key(email), "ATTEMPTS"),
                [LoginAttempts.failures.add(-1)],
                LoginAttempts.failures > 0,
            )
        except ConditionFailed:
            return

    def forget(self, email: str) -> None:
        """Reset the count after a success."""
        LoginAttempts(_login_key(email), "ATTEMPTS").delete()


def _login_key(email: str) -> str:
    return f"LOGIN#{email}"


def _stored(item: RawItem | None) -> Registration:
    return Registration.from_raw_data(item or {})


def _code_actions(before: Registration, code: Code) -> list[Action]:
    kind = Registration
    now = clock.now()
    return [
        kind.code_salt.set(code.salt),
        kind.code_hash.set(code.hash),
        kind.code_expires_at.set(code.expires_at),
        kind.attempts_left.set(ATTEMPTS),
        kind.code_sent_at.set(now),
        kind.codes_sent.set(before.codes_this_hour + 1),
        *([] if before.codes_this_hour else [kind.codes_counted_until.set(now + CODES_COUNTED)]),
        kind.version.add(1),
    ]

"""Every read and write of the auth table. No rules of who may do what."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from auth.codes import ATTEMPTS, Code
from auth.records import PENDING, VERIFIED, AuthRecord, LoginAttempts, Registration
from solo60 import aws, clock
from solo60.ids import new_id
from solo60.problems import ServiceUnavailable
from solo60.transaction import OnFailure, Transaction

CONFLICT_ATTEMPTS = 8
LEASE = timedelta(seconds=15)
"""Longer than a function may run: a lease that its function outlives would let two set the password at once."""
CODES_AN_HOUR = 10
CODES_COUNTED = timedelta(hours=1)
ATTEMPTS_KEPT = timedelta(days=1)

R = TypeVar("R", bound=AuthRecord)


class ConditionFailed(Exception):
    """The item stood in the way; `item` is what it is like, None where there is none."""

    def __init__(self, item: dict[str, Any] | None) -> None:
        self.item = item
        super().__init__()


def _update(record: R, actions: Sequence[Action], condition: Condition | None = None) -> R:
    """One UpdateItem, repeated while a transaction holds the item.

    Returns
    -------
    AuthRecord
        The record as it is now.
    """
    from botocore.exceptions import ClientError

    kwargs = record.get_update_kwargs_from_instance(
        actions=list(actions), condition=condition, return_values_on_condition_failure="ALL_OLD"
    )
    for attempt in range(CONFLICT_ATTEMPTS):
        try:
            answer = aws.client("dynamodb").update_item(**kwargs, ReturnValues="ALL_NEW")
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "ConditionalCheckFailedException":
                response: dict[str, Any] = dict(error.response)
                raise ConditionFailed(response.get("Item")) from None
            if code != "TransactionConflictException":
                raise
            time.sleep(random.uniform(0, 0.02 * 2 ** min(attempt, 5)))
        else:
            return type(record).from_raw_data(answer["Attributes"])
    raise ServiceUnavailable


class RegistrationRepository:
    """Registrations by e-mail."""

    def find(self, email: str) -> Registration | None:
        """The registration of an e-mail, by a strong read."""
        return Registration.find(_email_key(email), "REGISTRATION", consistent=True)

    def begin(
        self,
        transaction: Transaction,
        email: str,
        present: Registration | None,
        *,
        lease_id: str,
        on_failure: OnFailure,
    ) -> Registration:
        """Take the lease on an unverified e-mail; the code sent before is dead from here on.

        Parameters
        ----------
        present
            The registration as it was read, None where there is to be none. It fails if that is not so.
        """
        kind = Registration
        unchanged: Condition
        if present is None:
            begun, unchanged = _registration(email), kind.pk.does_not_exist()
            begun.kind, begun.email, begun.user_id, begun.state = "registration", email, new_id(), PENDING
        else:
            begun, unchanged = present, kind.version == present.version
        begun.registration = int(begun.registration) + 1
        begun.version = int(begun.version) + 1
        begun.lease_id = lease_id
        begun.leased_until = clock.now() + LEASE
        begun.code_hash = None
        transaction.put(begun, condition=unchanged | (kind.lease_id == lease_id), on_failure=on_failure)
        return begun

    def abandon(self, email: str, lease_id: str) -> None:
        """Give the lease back, so that the next try need not wait for it to lapse."""
        try:
            _update(
                _registration(email),
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
        """Write what was registered, with its code, and end the lease."""
        kind = Registration
        transaction.update(
            _registration(begun.email),
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

    def replace_code(
        self, transaction: Transaction, registration: Registration, code: Code, *, on_failure: OnFailure
    ) -> None:
        """Put a new code in the place of the one that was read."""
        kind = Registration
        transaction.update(
            _registration(registration.email),
            _code_actions(registration, code),
            condition=(kind.code_hash == registration.code_hash) & (kind.state == PENDING),
            on_failure=on_failure,
        )

    def take_attempt(self, email: str) -> Registration | None:
        """Use up one of the tries that a code has, before looking at it.

        Returns
        -------
        Registration or None
            None where no code can be entered: none was sent, it has expired, its tries are used up.
        """
        kind = Registration
        try:
            return _update(
                _registration(email),
                [kind.attempts_left.add(-1)],
                kind.code_hash.exists() & (kind.code_expires_at > clock.now()) & (kind.attempts_left > 0),
            )
        except ConditionFailed:
            return None

    def mark_verified(self, transaction: Transaction, registration: Registration, *, on_failure: OnFailure) -> None:
        """End the pending state, if the code is still the one that was entered."""
        kind = Registration
        transaction.update(
            _registration(registration.email),
            [kind.state.set(VERIFIED), kind.verified_at.set(clock.now()), kind.version.add(1)],
            condition=(kind.code_hash == registration.code_hash) & (kind.state == PENDING),
            on_failure=on_failure,
        )

    def adopt_verified(
        self, transaction: Transaction, begun: Registration, user_id: str, on_failure: OnFailure
    ) -> None:
        """Note that Cognito has a verified account for this e-mail, which was not made here, and end the lease."""
        kind = Registration
        transaction.update(
            _registration(begun.email),
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
        """Note that the owner of a verified account is told now, if that has not happened since `not_since`."""
        kind = Registration
        transaction.update(
            _registration(email),
            [kind.told_at.set(clock.now())],
            condition=(kind.state == VERIFIED) & (kind.told_at.does_not_exist() | (kind.told_at <= not_since)),
            on_failure=on_failure,
        )


class LoginAttemptRepository:
    """Failed logins in a row, by e-mail."""

    def count(self, email: str, *, limit: int, within: timedelta) -> datetime | None:
        """Count an attempt before it is made.

        Returns
        -------
        datetime or None
            None where it may be made; else the instant until which `limit` attempts stand against it.
        """
        kind = LoginAttempts
        now = clock.now()
        begins = [
            kind.kind.set("login_attempts"),
            kind.counted_until.set(now + within),
            kind.ttl.set(clock.epoch_seconds(now + within + ATTEMPTS_KEPT)),
        ]
        key = LoginAttempts(_login_key(email), "ATTEMPTS")
        # Twice: a count that has lapsed begins anew, and somebody else may begin it first.
        for _ in range(2):
            try:
                _update(
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
                _update(key, [*begins, kind.failures.set(1)], kind.counted_until <= now)
            except ConditionFailed:
                continue
            return None
        return now + within

    def take_back(self, email: str) -> None:
        """Uncount an attempt that Cognito never judged."""
        try:
            _update(
                LoginAttempts(_login_key(email), "ATTEMPTS"),
                [LoginAttempts.failures.add(-1)],
                LoginAttempts.failures > 0,
            )
        except ConditionFailed:
            return

    def forget(self, email: str) -> None:
        """Begin anew after a success."""
        LoginAttempts(_login_key(email), "ATTEMPTS").delete()


def _email_key(email: str) -> str:
    return f"EMAIL#{email}"


def _login_key(email: str) -> str:
    return f"LOGIN#{email}"


def _registration(email: str) -> Registration:
    return Registration(_email_key(email), "REGISTRATION")


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

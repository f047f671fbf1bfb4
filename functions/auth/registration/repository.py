"""Registrations by their ids."""

from __future__ import annotations

from datetime import date, timedelta

from pynamodb.expressions.update import Action

from auth.codes import ATTEMPTS, Code
from auth.records import BEGUN, PENDING, REFUSED, VERIFIED, Registration
from solo60 import clock
from solo60.due import DueWork
from solo60.records import Key, RawItem, update_now
from solo60.repository import Repository, changes_of
from solo60.retry import ConditionFailed
from solo60.transaction import OnFailure, Transaction

KEPT = timedelta(days=7)
"""How long a registration waits for its code to be entered."""
CODES_AN_HOUR = 10
CODES_COUNTED = timedelta(hours=1)
REMOVAL = DueWork("UNVERIFIED", queue="auth-registrations-due")
_PERSONAL = ("first_name", "last_name", "date_of_birth", "phone")


def registration_key(registration_id: str) -> Key[Registration]:
    """The key of a registration."""
    return Key(Registration, f"REGISTRATION#{registration_id}", "REGISTRATION")


class RegistrationRepository(Repository[Registration, [str]]):
    """Registrations by id."""

    key = staticmethod(registration_key)

    def begin(
        self,
        transaction: Transaction,
        registration_id: str,
        *,
        email: str,
        source: str,
        first_name: str,
        last_name: str,
        date_of_birth: date,
        phone: str | None,
    ) -> None:
        """Store a new registration, which has no code yet."""
        now = clock.now()
        begun = registration_key(registration_id).blank()
        begun.kind, begun.registration_id, begun.state = "registration", registration_id, BEGUN
        begun.email, begun.source = email, source
        begun.first_name, begun.last_name, begun.phone = first_name, last_name, phone
        begun.date_of_birth = date_of_birth.isoformat()
        begun.created_at, begun.expires_at = now, now + KEPT
        begun.by_due_pk, begun.by_due_sk = REMOVAL.index_keys(registration_id, begun.expires_at)
        transaction.put(begun)

    def set_code(self, transaction: Transaction, before: Registration, code: Code) -> None:
        """Give a registration a new code; an earlier one of it becomes invalid."""
        kind = Registration
        transaction.update(
            registration_key(before.registration_id).blank(),
            [kind.state.set(PENDING), *_code_actions(before, code)],
            condition=(kind.version == before.version) & kind.state.is_in(BEGUN, PENDING),
        )

    def refuse(self, transaction: Transaction, before: Registration) -> None:
        """Refuse a registration of an address that has an owner. It is removed when any other would be."""
        kind = Registration
        transaction.update(
            registration_key(before.registration_id).blank(),
            [kind.state.set(REFUSED), kind.version.add(1)],
            condition=kind.version == before.version,
        )

    def take_attempt(self, registration_id: str) -> Registration | None:
        """Use up one of the attempts to enter the current code.

        Returns
        -------
        Registration or None
            The registration as it is now; None if there is no code, it has expired, or has no attempts left.
        """
        kind, now = Registration, clock.now()
        try:
            return update_now(
                registration_key(registration_id).blank(),
                [kind.attempts_left.add(-1)],
                kind.state.is_in(PENDING, VERIFIED)
                & (kind.code_expires_at > now)
                & (kind.expires_at > now)
                & (kind.attempts_left > 0),
            )
        except ConditionFailed:
            return None

    def mark_verified(self, transaction: Transaction, registration: Registration, *, on_failure: OnFailure) -> None:
        """Set the state to verified, if the code is still the one that was entered. The names move to the profile."""
        kind = Registration
        transaction.update(
            registration_key(registration.registration_id).blank(),
            [
                kind.state.set(VERIFIED),
                *changes_of(Registration, dict.fromkeys((*_PERSONAL, "by_due_pk", "by_due_sk"))),
                kind.version.add(1),
            ],
            condition=(kind.code_hash == registration.code_hash) & (kind.state == PENDING),
            on_failure=on_failure,
        )

    def close(self, transaction: Transaction, before: Registration) -> None:
        """Refuse all that may still come for a registration that is about to be removed."""
        kind = Registration
        transaction.update(
            registration_key(before.registration_id).blank(),
            [kind.state.set(REFUSED), kind.version.add(1)],
            condition=(kind.version == before.version) & (kind.state != VERIFIED),
        )

    def remove(self, transaction: Transaction, registration_id: str, *, on_failure: OnFailure) -> None:
        """Delete a registration that was closed."""
        transaction.delete(
            registration_key(registration_id).blank(), condition=Registration.state == REFUSED, on_failure=on_failure
        )


def stored(item: RawItem | None) -> Registration | None:
    """A registration as a failed condition brought it."""
    return Registration.from_raw_data(item) if item else None


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

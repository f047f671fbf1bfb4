"""Profiles: created from registrations, changed by their members."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from auth.events import EmailVerified, UserRegistered
from solo60.bans import require_not_banned
from solo60.events import publish
from solo60.problems import AccountBanned, Conflict, PreconditionFailed
from solo60.transaction import Transaction
from user.errors import ProfileNotReady
from user.events import ProfileChanged
from user.records import Profile
from user.repository import ProfileRepository

CHANGE_ATTEMPTS = 12
BACKOFF_SECONDS = 0.02

AddInboxMark = Callable[[Transaction], None]


class _ConditionFailed(Exception):
    """The profile has changed since it was read, or has another state than the write requires."""

    def __init__(self, item: dict[str, Any] | None) -> None:
        self.item = item
        super().__init__()


def create(
    profiles: ProfileRepository, event: UserRegistered, registered_at: datetime, add_inbox_mark: AddInboxMark
) -> None:
    """Create the profile of a registration, or replace that of an earlier registration of the same e-mail address.

    The highest registration number counts, in whatever order the events arrive. If the member has changed the profile,
    a later registration sets only the fields that a member cannot change.

    Parameters
    ----------
    add_inbox_mark
        Adds the consumer's mark for this event to the transaction.
    """
    transaction = Transaction()
    add_inbox_mark(transaction)
    profiles.register(
        transaction,
        user_id=event.user_id,
        email=event.email,
        first_name=event.first_name,
        last_name=event.last_name,
        date_of_birth=event.date_of_birth,
        phone=event.phone,
        registration=event.registration,
        registered_at=registered_at,
        on_failure=_ConditionFailed,
    )
    try:
        transaction.commit()
    except _ConditionFailed as failed:
        present = Profile.from_raw_data(failed.item or {})
        if int(present.registration or 0) < event.registration:
            _correct(profiles, event, add_inbox_mark)


def _correct(profiles: ProfileRepository, event: UserRegistered, add_inbox_mark: AddInboxMark) -> None:
    transaction = Transaction()
    add_inbox_mark(transaction)
    profiles.correct_registration(
        transaction,
        user_id=event.user_id,
        date_of_birth=event.date_of_birth,
        registration=event.registration,
        on_failure=_ConditionFailed,
    )
    try:
        transaction.commit()
    except _ConditionFailed:
        return


def mark_verified(profiles: ProfileRepository, event: EmailVerified, add_inbox_mark: AddInboxMark) -> None:
    """Mark a member's e-mail address as verified. The event of the registration may still arrive later."""
    transaction = Transaction()
    add_inbox_mark(transaction)
    profiles.mark_verified(transaction, event.user_id)
    transaction.commit()


def find(profiles: ProfileRepository, user_id: str) -> Profile:
    """A member's own profile.

    Raises
    ------
    ProfileNotReady
        The registration has not arrived yet.
    """
    return _ready(profiles.find(user_id))


def change(profiles: ProfileRepository, user_id: str, expected_version: int | None, changes: dict[str, Any]) -> Profile:
    """Change fields of a profile, and publish `ProfileChanged`.

    Without an expected version, the last write of each field wins.

    Parameters
    ----------
    expected_version
        The version that the caller has read; None for any version.
    changes
        New values by field name; None clears a field.

    Raises
    ------
    AccountBanned
        The member is banned.
    PreconditionFailed
        The profile has changed since the caller read it.
    Conflict
        Other requests keep changing it.
    """
    for attempt in range(CHANGE_ATTEMPTS):
        if attempt:
            time.sleep(random.uniform(0, BACKOFF_SECONDS * 2 ** min(attempt, 5)))
        found = profiles.find_with_ban(user_id)
        if found.banned:
            raise AccountBanned
        profile = _ready(found.profile)
        if expected_version is not None and expected_version != profile.version:
            raise PreconditionFailed
        if all(getattr(profile, name) == value for name, value in changes.items()):
            return profile
        try:
            return _commit_change(profiles, user_id, profile, changes)
        except _ConditionFailed:
            continue
    raise Conflict(
        "The profile is being changed by other requests; try again in a moment.", headers={"Retry-After": "1"}
    )


def _commit_change(profiles: ProfileRepository, user_id: str, profile: Profile, changes: dict[str, Any]) -> Profile:
    transaction = Transaction()
    require_not_banned(transaction, user_id)
    changed = profiles.change(transaction, profile, changes, on_failure=_ConditionFailed)
    publish(
        transaction,
        ProfileChanged(
            user_id=user_id,
            first_name=changed.first_name or "",
            last_name=changed.last_name or "",
            phone=changed.phone,
            profile_version=int(changed.version or 0),
        ),
    )
    transaction.commit()
    return changed


def _ready(profile: Profile | None) -> Profile:
    if profile is None or profile.registration is None:
        raise ProfileNotReady
    return profile

"""Every read and write of the user table, except for bans. No rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from pynamodb.expressions.condition import Condition

from solo60 import clock
from solo60.events import AlreadyApplied
from solo60.records import Key
from solo60.transaction import Transaction
from solo60.unit_of_work import Read
from user.records import MEMBER_PREFIX, Notification, Profile, UnreadCount, UserRecord

COUNTS_EXPECTED = 9
"""The months in which notifications expire, plus some expired ones that DynamoDB has not removed yet."""


class ProfileRepository:
    """Profiles by member."""

    def find(self, read: Read, user_id: str) -> Profile | None:
        """A member's profile."""
        key = _profile_key(user_id)
        return read(key)[key]

    def register(
        self,
        transaction: Transaction,
        user_id: str,
        present: Profile | None,
        *,
        email: str,
        first_name: str,
        last_name: str,
        date_of_birth: date,
        phone: str | None,
        registration: int,
        registered_at: datetime,
    ) -> None:
        """Write the data of a registration over the profile that was read, if there is one."""
        kind = Profile
        transaction.update(
            _profile_key(user_id).blank(),
            [
                kind.kind.set(Profile),
                kind.email.set(email),
                kind.first_name.set(first_name),
                kind.last_name.set(last_name),
                kind.date_of_birth.set(date_of_birth.isoformat()),
                kind.phone.set(phone) if phone else kind.phone.remove(),
                kind.registration.set(registration),
                kind.created_at.set(kind.created_at | registered_at),
                kind.version.add(1),
            ],
            condition=_unchanged(present),
        )

    def correct_registration(
        self, transaction: Transaction, present: Profile, *, date_of_birth: date, registration: int
    ) -> None:
        """Write the fields of a later registration that a member cannot change."""
        kind = Profile
        transaction.update(
            _profile_key(present.user_id).blank(),
            [
                kind.date_of_birth.set(date_of_birth.isoformat()),
                kind.registration.set(registration),
                kind.version.add(1),
            ],
            condition=_unchanged(present),
        )

    def mark_verified(self, transaction: Transaction, user_id: str) -> None:
        """Mark the e-mail address as verified, even before the registration has arrived."""
        transaction.update(_profile_key(user_id).blank(), [Profile.kind.set(Profile), Profile.verified.set(True)])

    def change(self, transaction: Transaction, profile: Profile, changes: dict[str, object]) -> Profile:
        """Change attributes of the profile that was read; None removes one.

        Returns
        -------
        Profile
            The profile after the commit.
        """
        attributes = Profile.get_attributes()
        transaction.update(
            _profile_key(profile.user_id).blank(),
            [
                *(
                    attributes[name].remove() if value is None else attributes[name].set(value)
                    for name, value in changes.items()
                ),
                Profile.edited.set(True),
                Profile.version.add(1),
            ],
            condition=_unchanged(profile),
        )
        changed = Profile(**{**profile.attribute_values, **changes})
        changed.version = int(profile.version or 0) + 1
        return changed


@dataclass(frozen=True)
class InboxPage:
    """A page of notifications, newest first, and the number of all unread ones."""

    notifications: list[Notification]
    unread: int
    more: bool


class NotificationRepository:
    """Notifications by member."""

    def put(self, transaction: Transaction, user_id: str, notification: Notification) -> None:
        """Store a new, unread notification, and count it."""
        notification.pk, notification.sk = _inbox(user_id), _notification(notification.notification_id)
        notification.ttl = clock.epoch_seconds(notification.kept_until)
        transaction.put(notification, on_failure=AlreadyApplied())
        self._count(transaction, user_id, notification, 1)

    def find(self, read: Read, user_id: str, notification_id: str) -> Notification | None:
        """A member's own notification."""
        key = Key(Notification, _inbox(user_id), _notification(notification_id))
        return read(key)[key]

    def mark_read(self, transaction: Transaction, user_id: str, notification: Notification) -> None:
        """Mark an unread notification read, and reduce the count."""
        transaction.update(
            Notification(notification.pk, notification.sk),
            [Notification.read.set(True)],
            condition=Notification.read == False,  # noqa: E712 - an expression of pynamodb
        )
        self._count(transaction, user_id, notification, -1)

    def page(self, user_id: str, *, limit: int, after: str | None) -> InboxPage:
        """A page of notifications that have not expired.

        Parameters
        ----------
        after
            The id of the last notification of the previous page.
        """
        notifications: list[Notification] = []
        counts: list[UnreadCount] = [] if after is None else self._counts(user_id)
        now = clock.now()
        for record in self._backwards(user_id, limit, after):
            if isinstance(record, UnreadCount):
                counts.append(record)
            elif isinstance(record, Notification):
                if record.kept_until <= now:
                    break  # All older ones have expired too.
                notifications.append(record)
                if len(notifications) > limit:
                    break
        unread = sum(int(count.unread) for count in counts if count.kept_until > now)
        return InboxPage(notifications[:limit], unread, len(notifications) > limit)

    def _backwards(self, user_id: str, limit: int, after: str | None) -> Iterator[UserRecord]:
        return UserRecord.query(
            _inbox(user_id),
            None if after is None else UserRecord.sk < _notification(after),
            scan_index_forward=False,
            consistent_read=True,
            page_size=limit + 1 + (COUNTS_EXPECTED if after is None else 0),
        )

    def _counts(self, user_id: str) -> list[UnreadCount]:
        return list(UnreadCount.query(_inbox(user_id), UnreadCount.sk.startswith("UNREAD#"), consistent_read=True))

    def _count(self, transaction: Transaction, user_id: str, notification: Notification, change: int) -> None:
        transaction.update(
            UnreadCount(_inbox(user_id), f"UNREAD#{clock.to_sortable(notification.kept_until)}"),
            [
                UnreadCount.kind.set(UnreadCount),
                UnreadCount.unread.add(change),
                UnreadCount.kept_until.set(notification.kept_until),
                UnreadCount.ttl.set(clock.epoch_seconds(notification.kept_until)),
            ],
        )


def _inbox(user_id: str) -> str:
    return f"INBOX#{user_id}"


def _notification(notification_id: str) -> str:
    return f"NOTIFICATION#{notification_id}"


def _profile_key(user_id: str) -> Key[Profile]:
    return Key(Profile, f"{MEMBER_PREFIX}{user_id}", "PROFILE")


def _unchanged(profile: Profile | None) -> Condition:
    """That nothing but `verified` has changed since the profile was read."""
    if profile is None or profile.version is None:
        return Profile.version.does_not_exist()
    return Profile.version == profile.version

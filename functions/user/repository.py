"""Every read and write of the user table, except for bans. No rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from pynamodb.expressions.condition import Condition

from solo60 import clock
from solo60.events import AlreadyApplied
from solo60.paging import PageOf, Paging
from solo60.records import Key
from solo60.repository import RecordQuery, Repository, changes_of
from solo60.transaction import Transaction
from user.records import MEMBER_PREFIX, Notification, Profile, UnreadCount, UserRecord

COUNTS_EXPECTED = 9
"""The months in which notifications expire, plus some expired ones that DynamoDB has not removed yet."""


def profile_key(user_id: str) -> Key[Profile]:
    """The key of a member's profile."""
    return Key(Profile, f"{MEMBER_PREFIX}{user_id}", "PROFILE")


def notification_key(user_id: str, notification_id: str) -> Key[Notification]:
    """The key of a member's notification."""
    return Key(Notification, _inbox(user_id), f"NOTIFICATION#{notification_id}")


class ProfileRepository(Repository[Profile, [str]]):
    """Profiles by member."""

    key = staticmethod(profile_key)

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
            profile_key(user_id).blank(),
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
            profile_key(present.user_id).blank(),
            [
                kind.date_of_birth.set(date_of_birth.isoformat()),
                kind.registration.set(registration),
                kind.version.add(1),
            ],
            condition=_unchanged(present),
        )

    def mark_verified(self, transaction: Transaction, user_id: str) -> None:
        """Mark the e-mail address as verified, even before the registration has arrived."""
        transaction.update(profile_key(user_id).blank(), [Profile.kind.set(Profile), Profile.verified.set(True)])

    def change(self, transaction: Transaction, profile: Profile, changes: dict[str, object]) -> Profile:
        """Change attributes of the profile that was read; None removes one.

        Returns
        -------
        Profile
            The profile after the commit.
        """
        transaction.update(
            profile_key(profile.user_id).blank(),
            [
                *changes_of(Profile, changes),
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

    notifications: PageOf[Notification]
    unread: int


class NotificationRepository(Repository[Notification, [str, str]]):
    """Notifications by member and id."""

    key = staticmethod(notification_key)

    def put(self, transaction: Transaction, user_id: str, notification: Notification) -> None:
        """Store a new, unread notification, and count it."""
        key = notification_key(user_id, notification.notification_id)
        notification.pk, notification.sk = key.pk, key.sk
        notification.ttl = clock.epoch_seconds(notification.kept_until)
        transaction.put(notification, on_failure=AlreadyApplied())
        self._count(transaction, user_id, notification, 1)

    def mark_read(self, transaction: Transaction, user_id: str, notification: Notification) -> None:
        """Mark an unread notification read, and reduce the count."""
        transaction.update(
            Notification(notification.pk, notification.sk),
            [Notification.read.set(True)],
            condition=Notification.read == False,  # noqa: E712 - an expression of pynamodb
        )
        self._count(transaction, user_id, notification, -1)

    def inbox(self, user_id: str, paging: Paging) -> InboxPage:
        """A page of a member's notifications that have not expired, and the number of unread ones."""
        query = RecordQuery(UserRecord, _inbox(user_id), backwards=True, consistent=True)
        first = paging.position is None
        counts = [] if first else list(self.query_all(_counts_of(user_id)))
        notifications: list[Notification] = []
        now = clock.now()
        for record in query.read(page_size=paging.limit + 1 + (COUNTS_EXPECTED if first else 0), paging=paging):
            if isinstance(record, UnreadCount):
                counts.append(record)
            elif isinstance(record, Notification):
                if record.kept_until <= now:
                    break  # All older ones have expired too.
                notifications.append(record)
                if len(notifications) > paging.limit:
                    break
        unread = sum(int(count.unread) for count in counts if count.kept_until > now)
        return InboxPage(paging.page(notifications, query.position_of), unread)

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


def _counts_of(user_id: str) -> RecordQuery[UnreadCount]:
    return RecordQuery(UnreadCount, _inbox(user_id), UnreadCount.sk.startswith("UNREAD#"), consistent=True)


def _unchanged(profile: Profile | None) -> Condition:
    """That nothing but `verified` has changed since the profile was read."""
    if profile is None or profile.version is None:
        return Profile.version.does_not_exist()
    return Profile.version == profile.version

"""Every read and write of the user table, except for those of its administration. No rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pynamodb.expressions.condition import Condition

from solo60 import clock
from solo60.bans import Ban, ban_key
from solo60.events import AlreadyApplied
from solo60.paging import PageOf, Paging
from solo60.records import Key, Read
from solo60.repository import RecordQuery, Repository, changes_of, unchanged
from solo60.transaction import Transaction
from user import search_entries
from user.records import MEMBER_PREFIX, Notification, Profile, ReadAllMark, UnreadCount, UserRecord

COUNTS_EXPECTED = 10
"""The months in which notifications expire, some expired ones that DynamoDB has not removed yet, and the mark."""
READ_ALL = "READ_ALL"
"""Sorts after all notifications and before the counts of unread ones."""


def profile_key(user_id: str) -> Key[Profile]:
    """The key of a member's profile."""
    return Key(Profile, f"{MEMBER_PREFIX}{user_id}", "PROFILE")


def notification_key(user_id: str, notification_id: str) -> Key[Notification]:
    """The key of a member's notification."""
    return Key(Notification, _inbox(user_id), f"NOTIFICATION#{notification_id}")


def unread_count_key(user_id: str, kept_until: datetime) -> Key[UnreadCount]:
    """The key of the number of unread notifications that expire at an instant."""
    return Key(UnreadCount, _inbox(user_id), f"UNREAD#{clock.to_sortable(kept_until)}")


def read_all_key(user_id: str) -> Key[ReadAllMark]:
    """The key of how often a member has marked all notifications read."""
    return Key(ReadAllMark, _inbox(user_id), READ_ALL)


class TokenRepository:
    """From when on the tokens of members count (`solo60.bans`)."""

    def end(
        self, transaction: Transaction, user_id: str, *, kept_login: str | None, judged: datetime | None = None
    ) -> datetime:
        """Let the tokens that a member has count no more, but for those of one login.

        Parameters
        ----------
        judged
            From when on tokens counted when the kept login was judged: it is kept if no others have ended all since.

        Returns
        -------
        datetime
            Tokens that are issued from then on count.
        """
        kind = Ban
        # Tokens have whole seconds: what is issued in this one cannot be told from what was issued before.
        counted_from = clock.now().replace(microsecond=0) + timedelta(seconds=1)
        latest = kind.tokens_from.does_not_exist() | (kind.tokens_from <= counted_from)
        transaction.update(
            ban_key(user_id).blank(),
            [
                kind.kind.set("ban"),
                kind.tokens_from.set(counted_from),
                kind.kept_login.remove() if kept_login is None else kind.kept_login.set(kept_login),
            ],
            condition=latest if kept_login is None else latest & unchanged(kind.tokens_from, judged),
        )
        return counted_from


class ProfileRepository(Repository[Profile, [str]]):
    """Profiles by member."""

    key = staticmethod(profile_key)

    def add(
        self,
        transaction: Transaction,
        user_id: str,
        *,
        email: str,
        first_name: str,
        last_name: str,
        date_of_birth: date,
        phone: str | None,
        registered_at: datetime,
    ) -> None:
        """Add the profile of a member who has none, whose e-mail address is verified."""
        profile = profile_key(user_id).blank()
        profile.email, profile.verified = email, True
        profile.first_name, profile.last_name, profile.phone = first_name, last_name, phone
        profile.date_of_birth = date_of_birth.isoformat()
        profile.created_at, profile.version = registered_at, 1
        search_entries.rewrite(transaction, None, profile)
        transaction.put(profile)

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
                Profile.version.add(1),
            ],
            condition=_unchanged(profile),
        )
        changed = Profile(**{**profile.attribute_values, **changes})
        changed.version = int(profile.version or 0) + 1
        search_entries.rewrite(transaction, profile, changed)
        return changed


@dataclass(frozen=True)
class InboxPage:
    """A page of notifications, newest first, and the number of all unread ones."""

    notifications: PageOf[Notification]
    unread: int


@dataclass(frozen=True)
class InboxState:
    """What decides about one notification, from one strong read.

    Attributes
    ----------
    read_all
        How often all were marked read.
    counted
        What `read_all_before` the count of its month has; None if there is no count.
    """

    notification: Notification | None
    read_all: int
    counted: int | None = None

    @property
    def is_unread(self) -> bool:
        """Whether the notification is there and not read."""
        found = self.notification
        return found is not None and not found.read and found.read_all_before == self.read_all


class NotificationRepository(Repository[Notification, [str, str]]):
    """Notifications by member and id."""

    key = staticmethod(notification_key)

    def state(self, read: Read, user_id: str, notification_id: str) -> InboxState:
        """A notification, and whether it is among those that were marked read together."""
        key, mark = notification_key(user_id, notification_id), read_all_key(user_id)
        found = read(key, mark)
        return InboxState(found[key], _times(found[mark]))

    def state_before(self, read: Read, user_id: str, kept_until: datetime) -> InboxState:
        """What the next notification that expires at an instant has to know."""
        mark, count = read_all_key(user_id), unread_count_key(user_id, kept_until)
        found = read(mark, count)
        present = found[count]
        return InboxState(None, _times(found[mark]), None if present is None else int(present.read_all_before))

    def put(self, transaction: Transaction, user_id: str, notification: Notification, state: InboxState) -> None:
        """Store a new, unread notification, and count it."""
        key = notification_key(user_id, notification.notification_id)
        notification.pk, notification.sk = key.pk, key.sk
        notification.ttl = clock.epoch_seconds(notification.kept_until)
        notification.read_all_before = state.read_all
        transaction.put(notification, on_failure=AlreadyApplied())
        self._require_read_all(transaction, user_id, state.read_all)
        count = UnreadCount
        counts_on = state.counted == state.read_all
        transaction.update(
            unread_count_key(user_id, notification.kept_until).blank(),
            [
                count.kind.set(count),
                count.unread.add(1) if counts_on else count.unread.set(1),
                count.read_all_before.set(state.read_all),
                count.kept_until.set(notification.kept_until),
                count.ttl.set(clock.epoch_seconds(notification.kept_until)),
            ],
            condition=count.pk.does_not_exist() if state.counted is None else _counted_with(state.counted),
        )

    def mark_read(self, transaction: Transaction, user_id: str, notification: Notification, read_all: int) -> None:
        """Mark an unread notification read, and reduce the count."""
        transaction.update(
            Notification(notification.pk, notification.sk),
            [Notification.read.set(True)],
            condition=Notification.read == False,  # noqa: E712 - an expression of pynamodb
        )
        self._require_read_all(transaction, user_id, read_all)
        transaction.update(
            unread_count_key(user_id, notification.kept_until).blank(),
            [UnreadCount.unread.add(-1)],
            condition=_counted_with(read_all),
        )

    def mark_all_read(self, transaction: Transaction, user_id: str) -> None:
        """Mark all notifications read that are stored now."""
        transaction.update(read_all_key(user_id).blank(), [ReadAllMark.kind.set(ReadAllMark), ReadAllMark.times.add(1)])

    def inbox(self, user_id: str, paging: Paging) -> InboxPage:
        """A page of a member's notifications that have not expired, and the number of unread ones."""
        query = RecordQuery(UserRecord, _inbox(user_id), backwards=True, consistent=True)
        first = paging.position is None
        around: list[UserRecord] = [] if first else list(self.query_all(_marks_of(user_id)))
        notifications: list[Notification] = []
        now = clock.now()
        for record in query.read(page_size=paging.limit + 1 + (COUNTS_EXPECTED if first else 0), paging=paging):
            if not isinstance(record, Notification):
                around.append(record)
                continue
            if record.kept_until <= now:
                break  # All older ones have expired too.
            notifications.append(record)
            if len(notifications) > paging.limit:
                break
        read_all = sum(int(record.times) for record in around if isinstance(record, ReadAllMark))
        for notification in notifications:
            notification.read = notification.read or notification.read_all_before < read_all
        counts = [record for record in around if isinstance(record, UnreadCount)]
        unread = sum(int(each.unread) for each in counts if each.kept_until > now and each.read_all_before == read_all)
        return InboxPage(paging.page(notifications, query.position_of), unread)

    def _require_read_all(self, transaction: Transaction, user_id: str, times: int) -> None:
        mark = ReadAllMark
        transaction.check(read_all_key(user_id).blank(), mark.times == times if times else mark.times.does_not_exist())


def _times(mark: ReadAllMark | None) -> int:
    return 0 if mark is None else int(mark.times)


def _counted_with(read_all: int) -> Condition:
    condition = UnreadCount.read_all_before == read_all
    # Counts that were stored before there was a mark have none.
    return condition if read_all else condition | UnreadCount.read_all_before.does_not_exist()


def _inbox(user_id: str) -> str:
    return f"INBOX#{user_id}"


def _marks_of(user_id: str) -> RecordQuery[UserRecord]:
    """The mark and the counts, which sort behind all notifications."""
    return RecordQuery(UserRecord, _inbox(user_id), UserRecord.sk >= READ_ALL, consistent=True)


def _unchanged(profile: Profile) -> Condition:
    """That the profile is as it was read."""
    return Profile.version == profile.version

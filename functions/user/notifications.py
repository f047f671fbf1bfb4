"""In-app notifications: storing them and marking them read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from communication.events import NotificationRequested
from solo60 import clock
from solo60.bans import require_not_banned
from solo60.problems import AccountBanned, NotFound
from solo60.transaction import Transaction
from user.records import Notification
from user.repository import NotificationRepository

KEPT = timedelta(days=180)


class _AlreadyRead(Exception):
    """The notification is already marked read."""


def kept_until(created_at: datetime) -> datetime:
    """The expiry of a notification: the end of the month in which it becomes 180 days old.

    All notifications that expire in a month, and the count of the unread ones, expire at the same instant.
    """
    last_month = (created_at + KEPT).astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (last_month + timedelta(days=31)).replace(day=1)


def store(
    notifications: NotificationRepository,
    event: NotificationRequested,
    requested_at: datetime,
    add_inbox_mark: Callable[[Transaction], None],
) -> None:
    """Store a notification for its member, unread.

    Parameters
    ----------
    add_inbox_mark
        Adds the consumer's mark for this event to the transaction.
    """
    transaction = Transaction()
    add_inbox_mark(transaction)
    notifications.put(
        transaction,
        event.user_id,
        Notification(
            notification_id=event.notification_id,
            type=event.type,
            content=event.content,
            link=event.link,
            read=False,
            created_at=requested_at,
            kept_until=kept_until(requested_at),
        ),
    )
    transaction.commit()


def mark_read(
    notifications: NotificationRepository,
    user_id: str,
    notification_id: str,
    store_response: Callable[[Transaction], None],
) -> None:
    """Mark a member's own notification read. Repeating it changes nothing.

    Raises
    ------
    NotFound
        It does not exist, belongs to another member, or has expired.
    AccountBanned
        The member is banned.
    """
    notification, banned = notifications.find_with_ban(user_id, notification_id)
    if banned:
        raise AccountBanned
    if notification is None or notification.kept_until <= clock.now():
        raise NotFound("There is no such notification.")
    if notification.read:
        return
    transaction = Transaction()
    require_not_banned(transaction, user_id)
    notifications.mark_read(transaction, user_id, notification, on_failure=_AlreadyRead())
    store_response(transaction)
    try:
        transaction.commit()
    except _AlreadyRead:
        return

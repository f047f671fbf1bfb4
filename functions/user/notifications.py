"""In-app notifications: storing them and marking them read, one or all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from communication.events import NotificationRequested
from solo60 import clock
from solo60.problems import NotFound
from solo60.unit_of_work import UnitOfWork, Work
from user.records import Notification
from user.repository import NotificationRepository

KEPT = timedelta(days=180)


def kept_until(created_at: datetime) -> datetime:
    """The expiry of a notification: the end of the month in which it becomes 180 days old.

    All notifications that expire in a month, and the count of the unread ones, expire at the same instant.
    """
    last_month = (created_at + KEPT).astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (last_month + timedelta(days=31)).replace(day=1)


def store(
    uow: UnitOfWork, notifications: NotificationRepository, event: NotificationRequested, requested_at: datetime
) -> None:
    """Store a notification for its member, unread."""
    expiry = kept_until(requested_at)

    def act(work: Work) -> None:
        notifications.put(
            work,
            event.user_id,
            Notification(
                notification_id=event.notification_id,
                type=event.type,
                content=event.content,
                link=event.link,
                read=False,
                created_at=requested_at,
                kept_until=expiry,
            ),
            notifications.state_before(work.read, event.user_id, expiry),
        )

    uow.run(act)


def mark_read(uow: UnitOfWork, notifications: NotificationRepository, user_id: str, notification_id: str) -> None:
    """Mark a member's own notification read. Repeating it changes nothing.

    Raises
    ------
    NotFound
        It does not exist, belongs to another member, or has expired.
    """

    def act(work: Work) -> None:
        state = notifications.state(work.read, user_id, notification_id)
        notification = state.notification
        if notification is None or notification.kept_until <= clock.now():
            raise NotFound("There is no such notification.")
        if state.is_unread:
            notifications.mark_read(work, user_id, notification, state.read_all)

    uow.run(act)


def mark_all_read(uow: UnitOfWork, notifications: NotificationRepository, user_id: str) -> None:
    """Mark all of a member's notifications read that are there now: one write, however many there are."""
    uow.run(lambda work: notifications.mark_all_read(work, user_id))

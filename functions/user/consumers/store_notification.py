"""Stores in-app notifications."""

from __future__ import annotations

from communication.events import NotificationRequested
from solo60.consumers import consumer
from solo60.events import Envelope
from solo60.grants import Do, TableGrant
from solo60.unit_of_work import UnitOfWork
from user.notifications import store
from user.repository import NotificationRepository


@consumer(NotificationRequested, grants=(TableGrant("user", {Do.BATCH_GET, Do.PUT, Do.UPDATE, Do.CHECK}),))
def handler(envelope: Envelope[NotificationRequested], uow: UnitOfWork, notifications: NotificationRepository) -> None:
    """Store a notification for its member."""
    store(uow, notifications, envelope.data, envelope.occurred_at)

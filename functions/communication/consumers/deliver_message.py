"""Delivers queued messages, one per invocation, so that a slow provider delays no other message."""

from __future__ import annotations

from communication.delivery import Deliverer
from communication.events import MessageQueued
from communication.providers.registry import EMAIL_SETTING
from solo60.consumers import consumer
from solo60.events import Envelope
from solo60.grants import Do, MailGrant, SettingGrant, TableGrant
from solo60.unit_of_work import UnitOfWork


@consumer(
    MessageQueued,
    grants=(
        TableGrant("communication", {Do.BATCH_GET, Do.PUT, Do.UPDATE}),
        MailGrant(),
        SettingGrant(EMAIL_SETTING),
    ),
    timeout_seconds=20,
    batch_size=1,
    deduplicates=False,
)
def handler(envelope: Envelope[MessageQueued], uow: UnitOfWork, deliverer: Deliverer) -> None:
    """Send a queued message through the first provider that accepts it."""
    deliverer.deliver(uow, envelope.data.message_id)

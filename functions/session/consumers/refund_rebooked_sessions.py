"""Refunds late cancellations whose time another member has booked."""

from __future__ import annotations

from payment.published import GIVE_BACK, READ
from session.events import SessionBooked
from session.rebooking import refund_rebooked
from session.repository import SessionRepository
from solo60.events import Envelope
from solo60.grants import Do, TableGrant
from solo60.queues import consumer
from solo60.unit_of_work import UnitOfWork


@consumer(
    SessionBooked,
    grants=(TableGrant("session", {Do.QUERY, Do.BATCH_GET, Do.PUT, Do.UPDATE, Do.DELETE}), READ, GIVE_BACK),
    deduplicates=False,
)
def handler(envelope: Envelope[SessionBooked], uow: UnitOfWork, sessions: SessionRepository) -> None:
    """Refund a late cancellation when its time is booked again.

    It needs no inbox mark: a refund deletes its late cancellation in the same transaction. One event may refund several
    members, each in its own transaction.
    """
    refund_rebooked(uow, sessions, envelope.data)

"""Refunds late cancellations whose time another member has booked."""

from __future__ import annotations

from payment.published import GIVE_BACK, READ
from session.events import SessionBooked
from session.rebooking import refund_rebooked
from session.repository import SessionRepository
from solo60.declarations import Do, Needs, Table
from solo60.events import Envelope
from solo60.queues import consumer


@consumer(
    SessionBooked,
    needs=Needs(
        tables=(
            Table("session", {Do.QUERY, Do.BATCH_GET, Do.PUT, Do.UPDATE, Do.DELETE}),
            READ,
            GIVE_BACK,
        )
    ),
)
def handler(envelope: Envelope[SessionBooked], sessions: SessionRepository) -> None:
    """Refund a late cancellation when its time is booked again.

    It needs no inbox mark: a refund deletes its late cancellation in the same transaction. One event may refund several
    members, each in its own transaction.
    """
    booked = envelope.data
    refund_rebooked(sessions, booked.gym_id, booked.starts_at, booked.ends_at, booked.user_id)

"""Refunds late cancellations whose time another member has booked."""

from __future__ import annotations

from payment import published as payment
from payment.published import Ledger
from session.booking.rebooking import Booked, refund_rebooked
from session.booking.repository import BookingRepository
from session.events import SessionBooked, SessionExtended, SessionMoved
from session.repository import SessionRepository
from solo60.consumers import consumer
from solo60.events import Envelope
from solo60.grants import Do, TableGrant
from solo60.unit_of_work import UnitOfWork


@consumer(
    SessionBooked,
    SessionMoved,
    SessionExtended,
    grants=(
        TableGrant("session", {Do.QUERY, Do.BATCH_GET, Do.PUT, Do.UPDATE, Do.DELETE}),
        payment.READ,
        payment.GIVE_BACK,
    ),
    deduplicates=False,
)
def handler(
    envelope: Envelope[Booked],
    uow: UnitOfWork,
    sessions: SessionRepository,
    bookings: BookingRepository,
    ledger: Ledger,
) -> None:
    """Refund a late cancellation when its time is booked again.

    It needs no inbox mark: a refund deletes its late cancellation in the same transaction. One event may refund several
    members, each in its own transaction, or only be noted until the rest of a time is booked.
    """
    refund_rebooked(uow, sessions, bookings, ledger, envelope)

"""Begins to cancel the sessions of banned members."""

from __future__ import annotations

from session.booking.ban_cancellation import CANCELLATIONS, begin
from solo60.consumers import consumer
from solo60.events import Envelope
from solo60.grants import Do, QueueGrant, TableGrant
from solo60.unit_of_work import UnitOfWork
from user.events import UserBanned


@consumer(
    UserBanned,
    grants=(TableGrant("session", {Do.BATCH_GET, Do.PUT}), QueueGrant(CANCELLATIONS.queue)),
    deduplicates=False,
)
def handler(envelope: Envelope[UserBanned], uow: UnitOfWork) -> None:
    """Record that the upcoming sessions of a banned member are to be cancelled, and begin with it.

    It needs no inbox mark: the work is recorded once, and its worker recognises what is done.
    """
    begin(uow, envelope.data)

"""Begins to cancel the sessions inside a closure."""

from __future__ import annotations

from gym.events import GymClosed
from session.booking.closure_cancellation import CLOSURES, begin
from solo60.consumers import consumer
from solo60.events import Envelope
from solo60.grants import Do, QueueGrant, TableGrant
from solo60.unit_of_work import UnitOfWork


@consumer(
    GymClosed,
    grants=(TableGrant("session", {Do.BATCH_GET, Do.PUT}), QueueGrant(CLOSURES.queue)),
    deduplicates=False,
)
def handler(envelope: Envelope[GymClosed], uow: UnitOfWork) -> None:
    """Record that the sessions inside a closure are to be cancelled, and begin with it.

    It needs no inbox mark: the work is recorded once, and its worker recognises what is done.
    """
    begin(uow, envelope.data)

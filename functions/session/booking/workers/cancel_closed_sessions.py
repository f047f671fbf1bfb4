"""Cancels the sessions inside closures."""

from __future__ import annotations

from gym import published as gym
from payment import published as payment
from session.booking.closure_cancellation import CLOSURES, ClosureCancellation
from solo60.background import Deadline
from solo60.chunks import ChunkMessage
from solo60.grants import Do, QueueGrant, TableGrant
from solo60.unit_of_work import UnitOfWork
from solo60.workers import worker


@worker(
    CLOSURES.queue,
    grants=(
        TableGrant("session", {Do.BATCH_GET, Do.PUT, Do.UPDATE}),
        QueueGrant(CLOSURES.queue),
        gym.QUERY_DAYS,
        gym.COUNT_CANCELLED,
        gym.RELEASE,
        payment.READ,
        payment.GIVE_BACK,
    ),
)
def handler(message: ChunkMessage, deadline: Deadline, uow: UnitOfWork, closures: ClosureCancellation) -> None:
    """Cancel each session inside a closure once, with all credits back, and go on with a further message."""
    closures.go_on(uow, message, deadline.at)

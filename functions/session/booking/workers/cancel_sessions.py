"""Cancels the upcoming sessions of banned members."""

from __future__ import annotations

from gym import published as gym
from payment import published as payment
from session.booking.ban_cancellation import CANCELLATIONS, go_on
from session.booking.cancellation import Cancellations
from session.booking.repository import BookingRepository
from solo60 import bans
from solo60.background import Deadline
from solo60.chunks import ChunkMessage
from solo60.grants import Do, QueueGrant, TableGrant
from solo60.unit_of_work import UnitOfWork
from solo60.workers import worker


@worker(
    CANCELLATIONS.queue,
    grants=(
        TableGrant("session", {Do.BATCH_GET, Do.QUERY, Do.PUT, Do.UPDATE}),
        QueueGrant(CANCELLATIONS.queue),
        gym.RELEASE,
        payment.READ,
        payment.GIVE_BACK,
        bans.grant(commits=False),
    ),
)
def handler(
    message: ChunkMessage,
    deadline: Deadline,
    uow: UnitOfWork,
    *,
    bookings: BookingRepository,
    cancellations: Cancellations,
) -> None:
    """Cancel each session of a banned member once, with all credits back, and go on with a further message."""
    go_on(uow, bookings, cancellations, message=message, deadline=deadline.at)

"""The session service."""

from solo60.domains import Domain, Index, Queue

DOMAIN = Domain(
    name="session",
    title="Sessions",
    summary="Availability, quotes, bookings and cancellations.",
    indexes=(Index("by_member"), Index("by_due")),
    queues=(Queue("session-cancellations"), Queue("session-holds-due"), Queue("session-sessions-due")),
)

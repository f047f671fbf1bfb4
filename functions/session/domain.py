"""The session service."""

from solo60.domains import Domain, Index, Queue

DOMAIN = Domain(
    name="session",
    title="Sessions",
    summary="Availability, bookings, attendance, invitations, calendars and reviews.",
    indexes=(Index("by_member"), Index("by_gym"), Index("by_due"), Index("by_invitee")),
    queues=(
        Queue("session-cancellations"),
        Queue("session-closures"),
        Queue("session-holds-due"),
        Queue("session-sessions-due"),
    ),
)

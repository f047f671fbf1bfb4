"""Events that the session service publishes."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from solo60.events import Event


class SessionEvent(Event):
    """Base of the service's events: the session as it is now, with all that a message about it needs."""

    SOURCE: ClassVar[str] = "session"
    session_id: str
    user_id: str
    gym_id: str
    gym_name: str
    gym_address: str
    timezone: str
    starts_at: datetime
    ends_at: datetime
    duration: int
    price_credits: int
    refundable_until: datetime
    sequence: int
    """The sequence number of the calendar entry: rises with each change."""


class TimeBooked(SessionEvent):
    """Base of the events by which a session has time that it did not have before."""

    held_until: datetime
    """Its end and the gym's buffer, as it was then."""


class SessionBooked(TimeBooked):
    """A session was booked and paid for."""


class SessionMoved(TimeBooked):
    """A session was moved; the time before is free again, but for what it still has."""

    previous_starts_at: datetime
    previous_ends_at: datetime


class SessionExtended(TimeBooked):
    """A session lasts longer."""

    previous_ends_at: datetime


class SessionCancelled(SessionEvent):
    """A session was cancelled; its time is free again."""

    refunded_credits: int


class SessionRefunded(SessionEvent):
    """The time of a late cancellation was booked by another member, and the credits were refunded."""

    refunded_credits: int

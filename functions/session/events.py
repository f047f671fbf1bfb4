"""Events that the session service publishes."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from pydantic import Field

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
    guests: list[str] = Field(default_factory=list, max_length=10)
    """User ids of the guests who have accepted."""


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
    reason: str = ""
    """Why the company has cancelled it; empty where nobody said."""


class SessionRefunded(SessionEvent):
    """The time of a late cancellation was booked by another member, and the credits were refunded."""

    refunded_credits: int


class SessionReminderDue(SessionEvent):
    """A session that stands begins soon."""

    hours: int
    """Before its start."""


class SessionCheckedIn(SessionEvent):
    """Somebody has checked in: the first one of a session, or a further participant."""

    participant_id: str
    checked_in_at: datetime


class SessionCheckedOut(SessionEvent):
    """The use of a session has ended, by a check-out or because nobody checked out."""

    checked_out_at: datetime
    released_from: datetime | None
    """From when on the rest of its time is free; None if less than a slot was left."""


class SessionMissed(SessionEvent):
    """Nobody came to a session: its host has a strike."""

    suspended_until: datetime | None
    """Until when strikes stop the host's bookings; None if they do not."""


class SessionOverstayed(SessionEvent):
    """A session is still in use although the next one at its gym begins."""

    next_session_id: str
    next_user_id: str


class InvitationSent(SessionEvent):
    """The host has invited an e-mail address, which may belong to nobody. Never archived: it contains the address."""

    ARCHIVED: ClassVar[bool] = False
    invitation_id: str
    email: str


class InvitationAccepted(SessionEvent):
    """A member has accepted an invitation, and is a guest of the session."""

    invitation_id: str
    guest_id: str


class InvitationDeclined(SessionEvent):
    """A member has declined an invitation."""

    invitation_id: str
    guest_id: str
    left: bool
    """Whether it was accepted before: the place is free again."""


class InvitationWithdrawn(SessionEvent):
    """The host has withdrawn an invitation."""

    invitation_id: str
    guest_id: str | None
    """The guest who had accepted and has lost the place; None if it was pending."""

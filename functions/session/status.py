"""The states of a session, and filters by state."""

from __future__ import annotations

from enum import StrEnum


class SessionStatus(StrEnum):
    """The state of a session."""

    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


class Which(StrEnum):
    """The sessions that a list shows."""

    UPCOMING = "upcoming"
    PAST = "past"
    CANCELLED = "cancelled"

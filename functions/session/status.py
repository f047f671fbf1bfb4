"""What can become of a session."""

from __future__ import annotations

from enum import StrEnum


class SessionStatus(StrEnum):
    """Where a session stands."""

    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


class Which(StrEnum):
    """Which of a member's sessions a list shows."""

    UPCOMING = "upcoming"
    PAST = "past"
    CANCELLED = "cancelled"

"""What becomes of a message, and the words for it."""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """How a message reaches its reader."""

    EMAIL = "email"
    IN_APP = "in_app"


class Category(StrEnum):
    """What a message is about; preferences hold for the optional ones."""

    SECURITY = "security"
    BOOKING = "booking"
    PAYMENT = "payment"
    SOCIAL = "social"
    MARKETING = "marketing"


class Status(StrEnum):
    """The state of a message. It moves from the open ones to the others, never back."""

    QUEUED = "queued"
    DEFERRED = "deferred"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    SKIPPED = "skipped"


OPEN = (Status.QUEUED, Status.DEFERRED)
"""Still to be delivered."""


class Outcome(StrEnum):
    """How one attempt at one provider ended."""

    ACCEPTED = "accepted"
    UNAVAILABLE = "unavailable"
    REJECTED = "rejected"

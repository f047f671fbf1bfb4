"""Channels, categories and states of messages."""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """The channel of a message."""

    EMAIL = "email"
    IN_APP = "in_app"


class Category(StrEnum):
    """The subject of a message. Members can switch off the optional categories."""

    SECURITY = "security"
    BOOKING = "booking"
    PAYMENT = "payment"
    SOCIAL = "social"
    MARKETING = "marketing"


class Status(StrEnum):
    """The state of a message. It changes from an open state to another one, never back."""

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
"""States of messages that are not delivered yet."""


class Outcome(StrEnum):
    """The result of one attempt with one provider."""

    ACCEPTED = "accepted"
    UNAVAILABLE = "unavailable"
    REJECTED = "rejected"

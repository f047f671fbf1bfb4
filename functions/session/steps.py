"""The steps of a session's life, as its log keeps them: what happened, and who did it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class StepKind(StrEnum):
    """What happened to a session."""

    BOOKED = "booked"
    MOVED = "moved"
    EXTENDED = "extended"
    CHECKED_IN = "checked_in"
    CHECKED_OUT = "checked_out"
    COMPLETED = "completed"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    INVITED = "invited"
    INVITATION_WITHDRAWN = "invitation_withdrawn"
    INVITATION_DECLINED = "invitation_declined"
    GUEST_JOINED = "guest_joined"
    GUEST_LEFT = "guest_left"


class Actor(StrEnum):
    """In which role somebody made a step."""

    HOST = "host"
    GUEST = "guest"
    ADMIN = "admin"
    COMPANY = "company"
    """A job or another work of the system, such as the cancellations after a ban."""


@dataclass(frozen=True)
class Step:
    """A step of a session's life.

    Attributes
    ----------
    actor_id
        The user id of who made it; None for the company.
    details
        What is worth knowing about it, as JSON values: never a PIN or an e-mail address.
    """

    kind: StepKind
    actor: Actor
    actor_id: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

"""The states of an induction."""

from __future__ import annotations

from enum import StrEnum


class InductionStatus(StrEnum):
    """Where an induction stands.

    `requested` holds its time already, so it takes place without more; `scheduled` is one that staff have confirmed,
    for which there is no endpoint yet. Both are open.
    """

    REQUESTED = "requested"
    SCHEDULED = "scheduled"
    COMPLETED = "completed"
    MISSED = "missed"
    CANCELLED = "cancelled"


OPEN = frozenset({InductionStatus.REQUESTED, InductionStatus.SCHEDULED})
"""States of an induction that may still take place."""

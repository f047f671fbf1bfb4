"""What the endpoints for inductions take and answer."""

from __future__ import annotations

from pydantic import Field

from gym.inductions.status import InductionStatus
from solo60.models import Id, Instant, InstantInput, Page, RequestModel, ResponseModel


class RequestInductionRequest(RequestModel):
    """When the induction is to begin."""

    starts_at: InstantInput = Field(description="A start that is free, as `GET /sessions/availability` lists it.")


class InductionsQuery(RequestModel):
    """Which inductions of a gym are wanted."""

    status: InductionStatus | None = Field(default=None, description="All if not given.")


class InductionSummary(ResponseModel):
    """An induction, with the name of its gym when it was asked for."""

    id: Id
    user_id: Id
    gym_id: Id
    gym_name: str
    timezone: str
    starts_at: Instant
    ends_at: Instant
    status: InductionStatus
    requested_at: Instant
    completed_at: Instant | None
    valid_until: Instant | None = Field(
        description="Sessions that start before it can be booked; null unless completed."
    )
    valid: bool = Field(description="Whether it is completed, and valid now.")
    version: int


class InductionView(InductionSummary):
    """An induction, with its version as `ETag`."""


class InductionPage(Page[InductionSummary]):
    """Inductions."""

"""Request and response bodies of closures."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from gym.closures.repository import ClosureStatus
from solo60.models import Id, Instant, InstantInput, Page, RequestModel, ResponseModel, Text

MAX_REASON = 500


class CreateClosureRequest(RequestModel):
    """When a gym is closed, and why."""

    model_config = ConfigDict(serialize_by_alias=True)

    from_: InstantInput = Field(alias="from", examples=["2026-03-30T09:00:00Z"])
    to: InstantInput = Field(examples=["2026-03-31T09:00:00Z"])
    reason: Annotated[Text, Field(min_length=1, max_length=MAX_REASON)] = Field(
        description="Members whose session is cancelled are told.", examples=["The floor is being renewed."]
    )


class ClosureView(ResponseModel):
    """A time in which a gym takes no sessions."""

    model_config = ConfigDict(serialize_by_alias=True)

    id: Id
    gym_id: Id
    from_: Instant = Field(alias="from")
    to: Instant
    reason: str
    status: ClosureStatus = Field(
        description="`cancelling` while the sessions inside are being cancelled, then `closed`; `lifted` at the end."
    )
    sessions_cancelled: int
    created_at: Instant
    lifted_at: Instant | None


class ClosurePage(Page[ClosureView]):
    """A page of a gym's closures."""

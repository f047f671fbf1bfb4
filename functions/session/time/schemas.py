"""Request and response bodies about bookable times."""

from __future__ import annotations

from pydantic import Field

from session.schemas import Duration
from solo60.models import DateInput, Id, Identifier, Instant, InstantInput, Page, RequestModel, ResponseModel


class AvailabilityQuery(RequestModel):
    """The gym, the days and the duration."""

    gym_id: Identifier
    date: DateInput = Field(description="The first day, on the gym's calendar.")
    days: int = Field(default=1, ge=1, le=14, description="How many days.", examples=[1])
    duration: Duration


class AlternativesQuery(RequestModel):
    """The start to find alternatives to."""

    gym_id: Identifier
    starts_at: InstantInput
    duration: Duration


class AvailableStartSummary(ResponseModel):
    """A session that can be booked: post `starts_at` back as it is."""

    starts_at: Instant
    ends_at: Instant
    start_time: str = Field(description="In the gym's local time.", examples=["18:30"])
    end_time: str = Field(examples=["19:30"])
    price_credits: int


class AvailableStartPage(Page[AvailableStartSummary]):
    """All bookable starts of a gym on the days that were asked for, in the order of time."""

    next_cursor: str | None = Field(default=None, description="Always null: there is only one page.")


class AlternativeSummary(ResponseModel):
    """Another session that could be booked."""

    gym_id: Id
    starts_at: Instant
    ends_at: Instant
    price_credits: int
    distance_km: float = Field(description="From the requested gym; 0 at that gym.")


class AlternativePage(Page[AlternativeSummary]):
    """Alternatives, the best first."""

    next_cursor: str | None = Field(default=None, description="Always null: there is only one page.")

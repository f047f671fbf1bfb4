"""GET /sessions/availability."""

from __future__ import annotations

from gym import published as gym
from gym.published import GymNotFound, GymTimeRepository
from session.availability import availability
from session.schemas import AvailabilityQuery, AvailableStartPage, AvailableStartSummary
from solo60.declarations import Access
from solo60.http.endpoint import endpoint
from solo60.http.request import Query


@endpoint(
    "GET",
    "/sessions/availability",
    access=Access.PUBLIC,
    grants=(gym.READ,),
    errors=(GymNotFound,),
)
def handler(query: Query[AvailabilityQuery], times: GymTimeRepository) -> AvailableStartPage:
    """Bookable starts of a gym on a date for a duration, with price.

    All starts that pass the gym's rules; the rules about the member are checked when booking. On the day on which the
    clock goes back, a local time may appear twice, with different `starts_at`.
    """
    found = availability(times, str(query.gym_id), query.date, query.duration)
    return AvailableStartPage(
        items=[
            AvailableStartSummary(
                starts_at=proposal.starts_at,
                ends_at=proposal.ends_at,
                start_time=f"{proposal.wall_clock(proposal.starts_at):%H:%M}",
                end_time=f"{proposal.wall_clock(proposal.ends_at):%H:%M}",
                price_credits=proposal.price_credits,
            )
            for proposal in found
        ]
    )

"""GET /sessions/availability."""

from __future__ import annotations

from gym import published as gym
from gym.published import GymNotFound, GymTimeRepository, Proposal
from session.time.availability import availability
from session.time.schemas import AvailabilityQuery
from session.time.views import availability_page
from solo60.declarations import Access
from solo60.http.endpoint import endpoint
from solo60.http.request import Query


@endpoint(
    "GET",
    "/sessions/availability",
    access=Access.PUBLIC,
    grants=(gym.READ,),
    errors=(GymNotFound,),
    view=availability_page,
)
def handler(query: Query[AvailabilityQuery], times: GymTimeRepository) -> list[Proposal]:
    """Bookable starts of a gym on one day or several for a duration, with price.

    All starts that pass the gym's rules; the rules about the member are checked when booking. On the day on which the
    clock goes back, a local time may appear twice, with different `starts_at`.
    """
    return availability(times, str(query.gym_id), query.date, query.days, query.duration)

"""GET /sessions/alternatives."""

from __future__ import annotations

from gym import published as gym
from gym.published import GymNotFound
from session.time.alternatives import Alternative, Alternatives
from session.time.schemas import AlternativesQuery
from session.time.views import alternative_page
from solo60.declarations import Access
from solo60.http.endpoint import endpoint
from solo60.http.request import Query


@endpoint(
    "GET",
    "/sessions/alternatives",
    access=Access.PUBLIC,
    grants=(gym.READ, gym.NEARBY),
    errors=(GymNotFound,),
    view=alternative_page,
)
def handler(query: Query[AlternativesQuery], alternatives: Alternatives) -> list[Alternative]:
    """Alternatives to a start: at the same gym first, then at gyms nearby.

    Up to five. Those of the same gym are in the order of nearness in time; each gym nearby gives its nearest start.
    """
    return alternatives.near(str(query.gym_id), query.starts_at, query.duration)

"""GET /sessions/alternatives."""

from __future__ import annotations

from gym import published as gym
from gym.published import GymNotFound
from session.alternatives import find_alternatives
from session.repository import SessionRepository
from session.schemas import AlternativePage, AlternativesQuery
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Query


@endpoint(
    "GET",
    "/sessions/alternatives",
    access=Access.PUBLIC,
    grants=(TableGrant("session", {Do.BATCH_GET}), gym.READ, gym.NEARBY),
    errors=(GymNotFound,),
)
def handler(query: Query[AlternativesQuery], sessions: SessionRepository) -> AlternativePage:
    """Alternatives to a start: at the same gym first, then at gyms nearby.

    Up to five. Those of the same gym are in the order of nearness in time; each gym nearby gives its nearest start.
    """
    return AlternativePage(items=find_alternatives(sessions, str(query.gym_id), query.starts_at, query.duration))

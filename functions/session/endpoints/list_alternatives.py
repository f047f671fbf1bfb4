"""GET /sessions/alternatives."""

from __future__ import annotations

from gym import published as gym
from gym.published import GymNotFound
from session.alternatives import find_alternatives
from session.repository import SessionRepository
from session.schemas import AlternativePage, AlternativesQuery
from solo60.declarations import Access, Do, Needs, Table
from solo60.http.endpoint import endpoint
from solo60.http.request import Query


@endpoint(
    "GET",
    "/sessions/alternatives",
    access=Access.PUBLIC,
    needs=Needs(tables=(Table("session", {Do.BATCH_GET}), gym.READ, gym.NEARBY)),
    errors=(GymNotFound,),
)
def handler(query: Query[AlternativesQuery], sessions: SessionRepository) -> AlternativePage:
    """Other starts near a refused one: same gym first, then gyms nearby.

    Up to five. The gym's own are ranked by how near in time they are; of each gym nearby its nearest start is taken.
    """
    return AlternativePage(items=find_alternatives(sessions, str(query.gym_id), query.starts_at, query.duration))

"""GET /admin/sessions."""

from __future__ import annotations

from gym import published as gym
from gym.published import GymNotFound, GymRepository
from session.administration.repository import SessionAdminRepository
from session.administration.schemas import SessionsOfQuery
from session.administration.views import sessions_of_page
from session.records import Session
from solo60.declarations import Access
from solo60.grants import TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Query
from solo60.paging import PageOf, Paging
from solo60.records import batch_get


@endpoint(
    "GET",
    "/admin/sessions",
    access=Access.ADMIN,
    grants=(TableGrant("session", indexes={"by_gym", "by_member"}), gym.READ),
    errors=(GymNotFound,),
    view=sessions_of_page,
)
def handler(
    query: Query[SessionsOfQuery], paging: Paging, sessions: SessionAdminRepository, gyms: GymRepository
) -> PageOf[Session]:
    """Sessions by gym and day, or by member.

    Of a gym's day all that start then, cancelled ones too; of a member the latest first.
    """
    if query.user_id is not None:
        return sessions.of_member(str(query.user_id), paging, cancelled=query.cancelled)
    gym_id = str(query.gym_id)
    place = gyms.find(batch_get, gym_id)
    if place is None or query.date is None:
        raise GymNotFound
    return sessions.of_gym(gym_id, query.date, place.timezone, paging)

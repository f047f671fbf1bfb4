"""POST /admin/gyms."""

from __future__ import annotations

from gym import administration
from gym.definition import CreateGymRequest
from gym.records import Gym
from gym.repository import GymRepository
from gym.views import new_gym_view
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body
from solo60.unit_of_work import UnitOfWork


@endpoint(
    "POST",
    "/admin/gyms",
    access=Access.ADMIN,
    status=201,
    grants=(TableGrant("gym", {Do.PUT}),),
    view=new_gym_view,
)
def handler(body: Body[CreateGymRequest], uow: UnitOfWork, gyms: GymRepository) -> Gym:
    """Create a gym.

    Members find it and can book it immediately, unless its status is another one than `active`.
    """
    return administration.create(uow, gyms, body)

"""GET /gyms/{gym_id}."""

from __future__ import annotations

from gym.details import gym_of
from gym.errors import GymNotFound
from gym.repository import GymRepository
from gym.schemas import GymView, details_of
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Path
from solo60.http.response import Tagged
from solo60.models import Identifier


@endpoint(
    "GET",
    "/gyms/{gym_id}",
    access=Access.PUBLIC,
    grants=(TableGrant("gym", {Do.GET}),),
    errors=(GymNotFound,),
)
def handler(gym_id: Path[Identifier], gyms: GymRepository) -> Tagged[GymView]:
    """One gym: hours, prices, equipment, rules.

    A gym in maintenance or archived is shown too, with that status: sessions of the past refer to it.
    """
    gym = gym_of(gyms, str(gym_id))
    return Tagged(details_of(gym), int(gym.version))

"""GET /gyms/{gym_id}."""

from __future__ import annotations

from gym.details import gym_of
from gym.errors import GymNotFound
from gym.records import Gym
from gym.repository import GymRepository
from gym.shown import Shown
from gym.views import gym_view
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Path
from solo60.models import Identifier
from storage import published as storage
from storage.published import StoreRegistry


@endpoint(
    "GET",
    "/gyms/{gym_id}",
    access=Access.PUBLIC,
    grants=(TableGrant("gym", {Do.GET}), *storage.ADDRESS),
    errors=(GymNotFound,),
    view=gym_view,
)
def handler(gym_id: Path[Identifier], gyms: GymRepository, stores: StoreRegistry) -> Shown[Gym]:
    """One gym: hours, prices, equipment, rules.

    A gym in maintenance or archived is shown too, with that status: sessions of the past refer to it.
    """
    return Shown(gym_of(gyms, str(gym_id)), stores)

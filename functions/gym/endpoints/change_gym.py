"""PATCH /admin/gyms/{gym_id}."""

from __future__ import annotations

from gym import administration
from gym.definition import ChangeGymRequest
from gym.errors import GymNotFound
from gym.records import Gym
from gym.repository import GymRepository
from gym.shown import Shown
from gym.views import gym_view
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, IfMatch, Path
from solo60.models import Identifier
from solo60.problems import PreconditionFailed
from solo60.unit_of_work import UnitOfWork
from storage import published as storage
from storage.published import StoreRegistry


@endpoint(
    "PATCH",
    "/admin/gyms/{gym_id}",
    access=Access.ADMIN,
    grants=(TableGrant("gym", {Do.BATCH_GET, Do.UPDATE}), *storage.ADDRESS),
    errors=(GymNotFound, PreconditionFailed),
    view=gym_view,
)
def handler(
    gym_id: Path[Identifier],
    body: Body[ChangeGymRequest],
    if_match: IfMatch,
    uow: UnitOfWork,
    *,
    gyms: GymRepository,
    stores: StoreRegistry,
) -> Shown[Gym]:
    """Change a gym.

    What is not given stays. Sessions that are booked keep the policy under which they were booked. Another
    status brings back a gym that is in maintenance or archived.
    """
    return Shown(administration.change(uow, gyms, str(gym_id), body, if_match.version), stores)

"""PATCH /admin/gyms/{gym_id}."""

from __future__ import annotations

from gym import administration
from gym.definition import ChangeGymRequest
from gym.errors import GymNotFound
from gym.repository import GymRepository
from gym.schemas import GymView, details_of
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, IfMatch, Path
from solo60.http.response import Tagged
from solo60.models import Identifier
from solo60.problems import Conflict, PreconditionFailed


@endpoint(
    "PATCH",
    "/admin/gyms/{gym_id}",
    access=Access.ADMIN,
    grants=(TableGrant("gym", {Do.GET, Do.UPDATE}),),
    errors=(GymNotFound, PreconditionFailed, Conflict),
)
def handler(
    gym_id: Path[Identifier], body: Body[ChangeGymRequest], if_match: IfMatch, gyms: GymRepository
) -> Tagged[GymView]:
    """Change a gym.

    What is not given stays. Sessions that are booked keep the policy under which they were booked.
    """
    gym = administration.change(gyms, str(gym_id), body, if_match.version)
    return Tagged(details_of(gym), int(gym.version))

"""DELETE /admin/gyms/{gym_id}."""

from __future__ import annotations

from gym import administration
from gym.errors import GymNotFound
from gym.repository import GymRepository
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import IfMatch, Path
from solo60.models import Identifier
from solo60.problems import PreconditionFailed
from solo60.unit_of_work import UnitOfWork


@endpoint(
    "DELETE",
    "/admin/gyms/{gym_id}",
    access=Access.ADMIN,
    status=204,
    grants=(TableGrant("gym", {Do.BATCH_GET, Do.UPDATE}),),
    errors=(GymNotFound, PreconditionFailed),
)
def handler(gym_id: Path[Identifier], if_match: IfMatch, uow: UnitOfWork, gyms: GymRepository) -> None:
    """Archive a gym.

    It takes no new bookings and leaves the search from that moment on. Sessions that are booked stay, and so does its
    history. Archiving it again changes nothing. `PATCH` with another status brings it back.
    """
    administration.archive(uow, gyms, str(gym_id), if_match.version)

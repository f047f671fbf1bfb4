"""DELETE /gyms/{gym_id}/favourite."""

from __future__ import annotations

from gym import favourites
from gym.favourite_repository import FavouriteRepository
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller, Path
from solo60.models import Identifier
from solo60.unit_of_work import UnitOfWork


@endpoint(
    "DELETE",
    "/gyms/{gym_id}/favourite",
    access=Access.MEMBER,
    status=204,
    grants=(TableGrant("gym", {Do.BATCH_GET, Do.DELETE}),),
)
def handler(gym_id: Path[Identifier], caller: Caller, uow: UnitOfWork, repository: FavouriteRepository) -> None:
    """Remove a gym from my favourites.

    Removing a gym that is not a favourite changes nothing.
    """
    favourites.remove(uow, repository, caller.id, str(gym_id))

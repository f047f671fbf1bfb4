"""PUT /gyms/{gym_id}/favourite."""

from __future__ import annotations

from gym import favourites
from gym.errors import GymNotFound
from gym.favourite_repository import FavouriteRepository
from solo60.declarations import Access, BanCheck
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller, Path
from solo60.models import Identifier


@endpoint(
    "PUT",
    "/gyms/{gym_id}/favourite",
    access=Access.MEMBER,
    status=204,
    grants=(TableGrant("gym", {Do.CHECK, Do.PUT}),),
    errors=(GymNotFound,),
    ban_check=BanCheck.IN_USE_CASE,
)
def handler(gym_id: Path[Identifier], caller: Caller, repository: FavouriteRepository) -> None:
    """Add a gym to my favourites; adding it again changes nothing."""
    favourites.add(repository, caller.id, str(gym_id))

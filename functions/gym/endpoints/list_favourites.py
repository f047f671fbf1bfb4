"""GET /gyms/favourites."""

from __future__ import annotations

from gym import favourites
from gym.favourite_repository import FavouriteRepository
from gym.records import Favourite, Gym
from gym.shown import Shown
from gym.views import favourite_page
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller
from solo60.paging import PageOf, Paging
from storage import published as storage
from storage.published import StoreRegistry


@endpoint(
    "GET",
    "/gyms/favourites",
    access=Access.MEMBER,
    grants=(TableGrant("gym", {Do.QUERY, Do.BATCH_GET}), *storage.ADDRESS),
    view=favourite_page,
)
def handler(
    caller: Caller, paging: Paging, repository: FavouriteRepository, stores: StoreRegistry
) -> Shown[PageOf[tuple[Favourite, Gym]]]:
    """My favourite gyms, the newest first, each as it is now.

    A gym that can no longer be booked stays in the list, with its status.
    """
    return Shown(favourites.favourites_of(repository, caller.id, paging), stores)

"""GET /gyms/favourites."""

from __future__ import annotations

from solo60.http.paging import Paging

from gym import favourites
from gym.favourite_repository import FavouriteRepository
from gym.schemas import FavouritePage, FavouriteSummary
from gym.views import summary_of
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller


@endpoint(
    "GET",
    "/gyms/favourites",
    access=Access.MEMBER,
    grants=(TableGrant("gym", {Do.QUERY, Do.BATCH_GET}),),
)
def handler(caller: Caller, paging: Paging, repository: FavouriteRepository) -> FavouritePage:
    """My favourite gyms, the newest first, each as it is now.

    A gym that can no longer be booked stays in the list, with its status.
    """
    before = None if paging.position is None else str(paging.position["before"])
    found, following = favourites.page(repository, caller.id, before=before, limit=paging.limit)
    return FavouritePage(
        items=[
            FavouriteSummary.model_validate({**summary_of(gym), "favourited_at": entry.since}) for entry, gym in found
        ],
        next_cursor=paging.cursor_after(None if following is None else {"before": following}),
    )

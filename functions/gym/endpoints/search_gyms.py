"""GET /gyms."""

from __future__ import annotations

from gym.repository import GymRepository
from gym.schemas import GymsQuery
from gym.search import FoundGym, Search
from gym.shown import Shown
from gym.time.repository import GymTimeRepository
from gym.views import found_page
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Query
from solo60.paging import PageOf, Paging
from storage import published as storage
from storage.published import StoreRegistry


@endpoint(
    "GET",
    "/gyms",
    access=Access.PUBLIC,
    grants=(
        TableGrant("gym", {Do.BATCH_GET}, indexes={"by_place", "by_name", "by_price", "by_rating"}),
        *storage.ADDRESS,
    ),
    view=found_page,
)
def handler(
    query: Query[GymsQuery], paging: Paging, gyms: GymRepository, times: GymTimeRepository, stores: StoreRegistry
) -> Shown[PageOf[FoundGym]]:
    """Search active gyms.

    Whatever is given has to hold all at once. Around a point the nearest come first, without one they come by name.
    """
    return Shown(Search(gyms, times, query).page(paging), stores)

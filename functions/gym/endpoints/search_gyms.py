"""GET /gyms."""

from __future__ import annotations

from solo60.http.paging import Paging

from gym.repository import GymRepository
from gym.schemas import FoundGymSummary, GymPage, GymsQuery
from gym.search import Found, Search
from gym.time.repository import GymTimeRepository
from gym.views import summary_of
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Query


@endpoint(
    "GET",
    "/gyms",
    access=Access.PUBLIC,
    grants=(TableGrant("gym", {Do.BATCH_GET}, indexes={"by_place", "by_name", "by_price", "by_rating"}),),
)
def handler(query: Query[GymsQuery], paging: Paging, gyms: GymRepository, times: GymTimeRepository) -> GymPage:
    """Search active gyms.

    Whatever is given has to hold all at once. Around a point the nearest come first, without one they come by name.
    """
    result = Search(gyms, times, query).page(paging.position, paging.limit)
    return GymPage(
        items=[_item(found) for found in result.gyms],
        next_cursor=paging.cursor_after(result.following),
    )


def _item(found: Found) -> FoundGymSummary:
    distance = None if found.metres is None else found.metres / 1000
    return FoundGymSummary.model_validate({**summary_of(found.gym), "distance_km": distance})

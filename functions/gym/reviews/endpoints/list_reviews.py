"""GET /gyms/{gym_id}/reviews."""

from __future__ import annotations

from gym.errors import GymNotFound
from gym.repository import GymRepository
from gym.review_repository import ReviewRepository
from gym.reviews.listing import GymReviews, reviews_of
from gym.reviews.views import review_page
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Path
from solo60.models import Identifier
from solo60.paging import Paging
from storage import published as storage
from storage.published import StoreRegistry
from user.published import READ_PROFILE


@endpoint(
    "GET",
    "/gyms/{gym_id}/reviews",
    access=Access.PUBLIC,
    grants=(TableGrant("gym", {Do.GET}, indexes={"by_gym"}), READ_PROFILE, *storage.ADDRESS),
    errors=(GymNotFound,),
    view=review_page,
)
def handler(
    gym_id: Path[Identifier],
    paging: Paging,
    gyms: GymRepository,
    reviews: ReviewRepository,
    stores: StoreRegistry,
) -> GymReviews:
    """Its reviews, newest first, with the average.

    An author is named only as far as the profile may be seen by everybody.
    """
    return reviews_of(gyms, reviews, stores, str(gym_id), paging)

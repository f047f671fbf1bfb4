"""The reviews of a gym, each with what its member lets everybody see."""

from __future__ import annotations

from dataclasses import dataclass

from gym.details import gym_of
from gym.records import Gym, Review
from gym.repository import GymRepository
from gym.review_repository import ReviewRepository
from solo60.paging import PageOf, Paging
from solo60.records import batch_get
from solo60.visibility import can_view
from storage.published import StoreRegistry, picture_address
from user.published import profile_key

SOMEBODY = "Member"
"""The name of a member who shows none to everybody."""
SIZE = 400
"""Of the picture whose address is given, in pixels."""
NOBODY = ""
"""The viewer of what all may read, who is no member."""


@dataclass(frozen=True)
class ShownReview:
    """A review with the name of its member, and the address of its picture, which is valid for minutes."""

    review: Review
    author: str
    picture_url: str | None


@dataclass(frozen=True)
class GymReviews:
    """A gym with a page of its reviews."""

    gym: Gym
    page: PageOf[ShownReview]


def reviews_of(
    gyms: GymRepository, reviews: ReviewRepository, stores: StoreRegistry, gym_id: str, paging: Paging
) -> GymReviews:
    """A page of a gym's reviews, the newest first.

    Raises
    ------
    GymNotFound
        There is no such gym.
    """
    gym = gym_of(gyms, gym_id)
    page = reviews.of_gym(gym_id, paging)
    names = _names_of({review.user_id for review in page.items})
    shown = [ShownReview(review, names[review.user_id], _picture(stores, review)) for review in page.items]
    return GymReviews(gym, page.having(shown))


def _names_of(user_ids: set[str]) -> dict[str, str]:
    """The first names of members who show their profile to everybody, as they are now."""
    if not user_ids:
        return {}
    keys = {user_id: profile_key(user_id) for user_id in user_ids}
    found = batch_get(*keys.values())
    names = dict.fromkeys(user_ids, SOMEBODY)
    for user_id, key in keys.items():
        profile = found[key]
        if profile is None or profile.first_name is None:
            continue
        if can_view(profile.preferences, viewer_id=NOBODY, user_id=user_id):
            names[user_id] = profile.first_name
    return names


def _picture(stores: StoreRegistry, review: Review) -> str | None:
    return picture_address(stores, review.picture, SIZE) if review.picture else None

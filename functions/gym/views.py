"""Bodies about gyms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from gym.records import Favourite, Gym
from gym.schemas import (
    FavouritePage,
    FavouriteSummary,
    FoundGymSummary,
    GymPage,
    GymView,
    RatingView,
)
from gym.search import FoundGym
from gym.shown import Shown, ShownPicture, shown_pictures
from solo60 import clock
from solo60.http.response import Tagged
from solo60.paging import PageOf
from storage.published import StoreRegistry


def rating_of(gym: Gym) -> RatingView:
    """A gym's rating."""
    count = int(gym.rating_count)
    return RatingView(average=round(gym.rating_sum / count, 1) if count else None, count=count)


def _pictures_of(gym: Gym, stores: StoreRegistry) -> list[ShownPicture]:
    return shown_pictures(stores, gym.pictures)


def _summary_of(gym: Gym, pictures: Sequence[ShownPicture]) -> dict[str, object]:
    """The members of a `GymSummary`."""
    return {
        "id": gym.id,
        "name": gym.name,
        "address": gym.address,
        "latitude": gym.latitude,
        "longitude": gym.longitude,
        "timezone": gym.timezone,
        "credits_from": gym.credits_from,
        "credits_per_hour": gym.credits_per_hour,
        "rating": rating_of(gym),
        "capacity": gym.capacity,
        "amenities": gym.amenities,
        "requires_induction": gym.requires_induction,
        "status": gym.status,
        "pictures": [asdict(picture) for picture in pictures],
    }


def gym_view(shown: Shown[Gym]) -> Tagged[GymView]:
    """A gym in full, with its version as `ETag`."""
    return _gym_view(shown.what, _pictures_of(shown.what, shown.stores))


def new_gym_view(gym: Gym) -> Tagged[GymView]:
    """A gym that was just created, which has no pictures."""
    return _gym_view(gym, [])


def _gym_view(gym: Gym, pictures: Sequence[ShownPicture]) -> Tagged[GymView]:
    view = GymView.model_validate(
        {
            **_summary_of(gym, pictures),
            "description": gym.description,
            "opening_hours": gym.opening_hours,
            "slot_minutes": gym.slot_minutes,
            "min_duration": gym.min_duration,
            "max_duration": gym.max_duration,
            "buffer_minutes": gym.buffer_minutes,
            "booking_horizon_days": gym.booking_horizon_days,
            "minimum_notice_minutes": gym.minimum_notice_minutes,
            "cancellation_hours": gym.cancellation_hours,
            "price_bands": gym.price_bands,
            "equipment": gym.equipment,
            "induction_valid_days": gym.induction_valid_days,
            "closures": [
                {"from": each["from"], "to": each["to"]}
                for each in sorted(gym.closures, key=lambda each: clock.from_rfc3339(each["from"]))
                if clock.from_rfc3339(each["to"]) > clock.now()
            ],
            "version": gym.version,
            "created_at": gym.created_at,
        }
    )
    return Tagged(view, int(gym.version))


def found_page(shown: Shown[PageOf[FoundGym]]) -> GymPage:
    """A page of the gyms that a search found."""
    page = shown.what
    items = [_found_summary(found, shown.stores) for found in page.items]
    return GymPage(items=items, next_cursor=page.next_cursor)


def _found_summary(found: FoundGym, stores: StoreRegistry) -> FoundGymSummary:
    distance = None if found.metres is None else found.metres / 1000
    return FoundGymSummary.model_validate(
        {**_summary_of(found.gym, _pictures_of(found.gym, stores)), "distance_km": distance}
    )


def favourite_page(shown: Shown[PageOf[tuple[Favourite, Gym]]]) -> FavouritePage:
    """A page of a member's favourites, each with its gym."""
    page = shown.what
    items = [
        FavouriteSummary.model_validate(
            {**_summary_of(gym, _pictures_of(gym, shown.stores)), "favourited_at": favourite.created_at}
        )
        for favourite, gym in page.items
    ]
    return FavouritePage(items=items, next_cursor=page.next_cursor)

"""Bodies about gyms."""

from __future__ import annotations

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
from solo60 import clock
from solo60.http.response import Tagged
from solo60.paging import PageOf


def rating_of(gym: Gym) -> RatingView:
    """A gym's rating."""
    count = int(gym.rating_count)
    return RatingView(average=round(gym.rating_sum / count, 1) if count else None, count=count)


def _summary_of(gym: Gym) -> dict[str, object]:
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
        "pictures": gym.pictures,
    }


def gym_view(gym: Gym) -> Tagged[GymView]:
    """A gym in full, with its version as `ETag`."""
    view = GymView.model_validate(
        {
            **_summary_of(gym),
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


def found_page(page: PageOf[FoundGym]) -> GymPage:
    """A page of the gyms that a search found."""
    return GymPage(items=[_found_summary(found) for found in page.items], next_cursor=page.next_cursor)


def _found_summary(found: FoundGym) -> FoundGymSummary:
    distance = None if found.metres is None else found.metres / 1000
    return FoundGymSummary.model_validate({**_summary_of(found.gym), "distance_km": distance})


def favourite_page(page: PageOf[tuple[Favourite, Gym]]) -> FavouritePage:
    """A page of a member's favourites, each with its gym."""
    items = [
        FavouriteSummary.model_validate({**_summary_of(gym), "favourited_at": favourite.created_at})
        for favourite, gym in page.items
    ]
    return FavouritePage(items=items, next_cursor=page.next_cursor)

"""Response bodies of the gym service, made from its records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gym.records import Gym
from gym.schemas import (
    EquipmentPage,
    EquipmentSummary,
    FavouritePage,
    FavouriteSummary,
    FoundGymSummary,
    GymPage,
    GymView,
    RatingView,
)
from solo60.http.response import Tagged

if TYPE_CHECKING:
    # Reading one gym does not pay for importing the search.
    from gym.details import EquipmentItems
    from gym.favourites import FavouriteGyms
    from gym.search import Found, Result


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
            "version": gym.version,
            "created_at": gym.created_at,
        }
    )
    return Tagged(view, int(gym.version))


def gym_page(result: Result, next_cursor: str | None) -> GymPage:
    """A page of the gyms that a search found."""
    return GymPage(items=[_found_summary(found) for found in result.gyms], next_cursor=next_cursor)


def favourite_page(page: FavouriteGyms, next_cursor: str | None) -> FavouritePage:
    """A page of a member's favourites."""
    return FavouritePage(
        items=[
            FavouriteSummary.model_validate({**_summary_of(gym), "favourited_at": entry.since})
            for entry, gym in page.gyms
        ],
        next_cursor=next_cursor,
    )


def equipment_page(page: EquipmentItems, next_cursor: str | None) -> EquipmentPage:
    """A page of a gym's equipment."""
    return EquipmentPage(items=[EquipmentSummary.model_validate(item) for item in page.items], next_cursor=next_cursor)


def _found_summary(found: Found) -> FoundGymSummary:
    distance = None if found.metres is None else found.metres / 1000
    return FoundGymSummary.model_validate({**_summary_of(found.gym), "distance_km": distance})


def _rating_of(gym: Gym) -> RatingView:
    """A gym's rating."""
    count = int(gym.rating_count)
    return RatingView(average=round(gym.rating_sum / count, 1) if count else None, count=count)


def _summary_of(gym: Gym) -> dict[str, Any]:
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
        "rating": _rating_of(gym),
        "capacity": gym.capacity,
        "amenities": gym.amenities,
        "requires_induction": gym.requires_induction,
        "status": gym.status,
        "pictures": gym.pictures,
    }

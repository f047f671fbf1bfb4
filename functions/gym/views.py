"""Bodies about gyms."""

from __future__ import annotations

from typing import Any

from gym.records import Gym
from gym.schemas import GymView, RatingView
from solo60.http.response import Tagged


def rating_of(gym: Gym) -> RatingView:
    """A gym's rating."""
    count = int(gym.rating_count)
    return RatingView(average=round(gym.rating_sum / count, 1) if count else None, count=count)


def summary_of(gym: Gym) -> dict[str, Any]:
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
            **summary_of(gym),
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

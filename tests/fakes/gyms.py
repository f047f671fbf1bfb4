"""Gyms without a table."""

from __future__ import annotations

from typing import Any

from gym.profile import WEEKDAYS, GymProfile, GymStatus, Interval


def gym_profile(**overrides: Any) -> GymProfile:
    """A gym that is always open."""
    values: dict[str, Any] = {
        "id": "gym",
        "name": "Soho",
        "address": "1 Wardour Street, London",
        "latitude": 51.5,
        "longitude": -0.1,
        "timezone": "Europe/London",
        "opening_hours": {day: [Interval("00:00", "24:00")] for day in WEEKDAYS},
        "capacity": 5,
        "slot_minutes": 15,
        "min_duration": 30,
        "max_duration": 240,
        "buffer_minutes": 15,
        "booking_horizon_days": 30,
        "minimum_notice_minutes": 30,
        "cancellation_hours": 12,
        "credits_per_hour": 8,
        "price_bands": (),
        "requires_induction": False,
        "status": GymStatus.ACTIVE,
        "version": 1,
    }
    return GymProfile(**{**values, **overrides})

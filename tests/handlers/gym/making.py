"""Gyms for tests, made as an administrator makes them."""

from __future__ import annotations

from typing import Any

from gym.endpoints.create_gym import handler as create_gym
from solo60.ids import new_id
from tests.conftest import call

ADMIN = new_id()
ALWAYS = {
    day: [{"opens": "00:00", "closes": "24:00"}]
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
}


def definition(**changes: Any) -> dict[str, Any]:
    """The body of a gym in London."""
    return {
        "name": "Old Street",
        "address": {"line1": "1 Old Street", "city": "London", "postcode": "EC1V 9HL", "country": "GB"},
        "latitude": 51.5255,
        "longitude": -0.0876,
        "timezone": "Europe/London",
        "opening_hours": ALWAYS,
        "credits_per_hour": 10,
        **changes,
    }


def gym(**changes: Any) -> dict[str, Any]:
    """A gym that has been created."""
    answer = call(create_gym, user=ADMIN, admin=True, body=definition(**changes))
    assert answer.status == 201, answer.text
    return dict(answer.json)

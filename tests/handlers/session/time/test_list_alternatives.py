"""GET /sessions/alternatives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gym.profile import WEEKDAYS
from session.time.endpoints.list_alternatives import handler as alternatives_endpoint
from solo60.ids import new_id
from tests.conftest import call
from tests.handlers.session.world import (
    NOW,
    START,
    add_gym,
    book,
    counted_trips,
    give_credits,
    quote,
    text,
)


def alternatives(gym: str, start: datetime = START, duration: int = 60) -> list[dict[str, Any]]:
    answer = call(alternatives_endpoint, query={"gym_id": gym, "starts_at": text(start), "duration": duration})
    assert answer.status == 200, answer.text
    found: list[dict[str, Any]] = answer.json["items"]
    return found


@pytest.mark.parametrize(
    ("zone", "hour", "offset"), [("Europe/London", 7, 0), ("Pacific/Auckland", 7, 13), ("America/Los_Angeles", 19, -8)]
)
def test_the_day_before_and_the_day_after_are_near_in_every_zone(zone: str, hour: int, offset: int) -> None:
    hours = {weekday: [{"opens": f"{hour:02d}:00", "closes": f"{hour + 1:02d}:00"}] for weekday in WEEKDAYS}
    gym = add_gym(timezone=zone, opening_hours=hours, slot_minutes=60)
    start = datetime(2026, 3, 4, hour, tzinfo=UTC) - timedelta(hours=offset)
    assert [item["starts_at"] for item in alternatives(gym, start)] == [
        text(start - timedelta(days=1)),
        text(start + timedelta(days=1)),
    ]


def test_alternatives_are_near_in_time_then_near_in_place(rich: str) -> None:
    gym = add_gym(slot_minutes=60)
    near = add_gym(latitude=51.52, slot_minutes=60)
    farther = add_gym(latitude=51.54, slot_minutes=60)
    add_gym(latitude=51.53, status="maintenance")
    book(rich, near, START)
    with counted_trips() as trips:
        found = alternatives(gym)
    assert len(trips) <= 4
    assert [(item["gym_id"], item["starts_at"]) for item in found] == [
        (gym, text(START - timedelta(hours=1))),
        (gym, text(START + timedelta(hours=1))),
        (gym, text(START - timedelta(hours=2))),
        (farther, text(START)),
        (near, text(START - timedelta(hours=2))),
    ]
    other = new_id()
    give_credits(other, 8)
    assert all(quote(other, item["gym_id"], item["starts_at"]).json["bookable"] for item in found)


def test_without_gyms_nearby_this_gym_offers_all_five() -> None:
    gym = add_gym()
    add_gym(latitude=52.5)
    assert [item["gym_id"] for item in alternatives(gym)] == [gym] * 5


def test_a_gym_in_maintenance_offers_its_neighbours() -> None:
    gym, near = add_gym(status="maintenance"), add_gym(latitude=51.52)
    assert [item["gym_id"] for item in alternatives(gym)] == [near]


def test_there_may_be_nothing_to_offer() -> None:
    gym = add_gym()
    assert alternatives(gym, START, 15) == []
    assert alternatives(gym, NOW - timedelta(days=10)) == []
    assert alternatives(gym, NOW + timedelta(days=100)) == []


def test_alternatives_of_an_unknown_gym_or_a_bad_query() -> None:
    query = {"gym_id": new_id(), "starts_at": text(START), "duration": 60}
    assert call(alternatives_endpoint, query=query).code == "gym_not_found"
    assert call(alternatives_endpoint, query={**query, "starts_at": "2026-03-04T18:00"}).status == 422
    assert call(alternatives_endpoint, query={}).status == 422

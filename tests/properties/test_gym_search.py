"""A search finds exactly what a look at every gym would, in the same order, in pages of any size."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gym import search as search_module
from gym.endpoints.search_gyms import handler
from gym.nearby import nearby
from gym.opening_hours import is_open_at
from gym.places import distance_metres
from gym.profile import profile_of
from gym.records import Gym
from gym.repository import GymRepository, gym_key, index
from solo60 import clock
from solo60.ids import new_id
from tests.conftest import call
from tests.handlers.gym.making import gym

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
CENTRES = [(51.5, -0.1), (-16.8, 180.0), (88.9, 40.0), (84.95, 15.0)]
WORDS = ["Angel", "Ángel", "Bank", "Barbican", "Cable", "Street"]
AMENITIES = ["shower", "towels", "parking"]
EQUIPMENT = ["rack", "bike", "rower"]


def scattered(count: int) -> list[Gym]:
    """Gyms around a few difficult places, some of them not active."""
    source = random.Random(7)
    first = gym()
    key = gym_key(first["id"])
    model = Gym.get(key.pk, key.sk)
    model.delete()
    gyms = []
    with Gym.batch_write() as batch:
        for _ in range(count):
            gym_id = new_id()
            place = gym_key(gym_id)
            made = Gym(**{**model.attribute_values, "pk": place.pk, "sk": place.sk, "id": gym_id})
            latitude, longitude = source.choice(CENTRES)
            made.latitude = max(-90.0, min(90.0, latitude + source.uniform(-0.5, 0.5)))
            made.longitude = (longitude + source.uniform(-0.8, 0.8) + 180) % 360 - 180
            made.name = " ".join(source.sample(WORDS, 2))
            made.credits_per_hour = made.credits_from = source.randint(5, 8)
            made.rating_count = source.choice([0, 2, 4])
            made.rating_sum = made.rating_count * source.randint(2, 5)
            made.amenities = source.sample(AMENITIES, source.randint(0, 3))
            made.equipment = [
                {"id": new_id(), "name": name, "category": "any", "quantity": 1, "in_service": source.random() < 0.7}
                for name in source.sample(EQUIPMENT, 2)
            ]
            opens, closes = source.choice([("06:00", "22:00"), ("20:00", "04:00"), ("00:00", "24:00")])
            made.opening_hours = {day: [{"opens": opens, "closes": closes}] for day in model.opening_hours}
            made.status = "active" if source.random() < 0.9 else "maintenance"
            index(made)
            batch.save(made)
            gyms.append(made)
    return gyms


@st.composite
def searches(draw: st.DrawFn) -> dict[str, Any]:
    query: dict[str, Any] = {}
    if draw(st.booleans()):
        latitude, longitude = draw(st.sampled_from(CENTRES))
        query["lat"] = round(min(90, latitude + draw(st.floats(-0.5, 0.5))), 4)
        query["lon"] = round((longitude + draw(st.floats(-0.8, 0.8)) + 180) % 360 - 180, 4)
        query["radius_km"] = round(draw(st.one_of(st.floats(1, 100), st.just(100))), 3)
    orders = ["price", "rating", "name", None] + (["distance"] if query else [])
    optional = {
        "sort": st.sampled_from(orders),
        "text": st.sampled_from(["angel", "b", "bar street", "none"]),
        "max_credits": st.integers(5, 8),
        "amenities": st.lists(st.sampled_from(AMENITIES), max_size=2),
        "equipment": st.lists(st.sampled_from(EQUIPMENT), max_size=2),
        "open_at": st.integers(0, 100).map(lambda hours: (NOW + timedelta(hours=hours)).isoformat()),
    }
    for name in draw(st.sets(st.sampled_from(sorted(optional)), max_size=3)):
        value = draw(optional[name])
        if value:
            query[name] = value
    return query


def by_hand(gyms: list[Gym], query: dict[str, Any]) -> list[str]:
    """The ids that should be found, in order, by looking at every gym."""
    found = []
    for each in gyms:
        metres = distance_metres(query["lat"], query["lon"], each.latitude, each.longitude) if "lat" in query else 0
        in_service = {item["name"] for item in each.equipment if item["in_service"]}
        spelled = each.name.replace("Á", "A").lower().split()
        texts = [*spelled, "1", "old", "street", "london", "ec1v", "9hl", "gb"]
        if (
            each.status == "active"
            and metres <= query.get("radius_km", 1) * 1000
            and each.credits_from <= query.get("max_credits", 99)
            and set(query.get("amenities", [])) <= set(each.amenities)
            and set(query.get("equipment", [])) <= in_service
            and all(any(word.startswith(sought) for word in texts) for sought in query.get("text", "").split())
            and ("open_at" not in query or is_open_at(profile_of(each), datetime.fromisoformat(query["open_at"])))
        ):
            average = each.rating_sum / each.rating_count if each.rating_count else 0
            rank = {
                "distance": (round(metres),),
                "price": (each.credits_from,),
                "rating": (-average, -each.rating_count),
                "name": (each.name.replace("Á", "A").lower(),),
            }[query.get("sort") or ("distance" if "lat" in query else "name")]
            found.append((rank, each.id))
    return [gym_id for _, gym_id in sorted(found)]


def in_pages(query: dict[str, Any], limit: int) -> list[str]:
    found: list[str] = []
    cursor: dict[str, Any] = {}
    while True:
        answer = call(handler, query={**query, "limit": limit, **cursor})
        assert answer.status == 200, answer.text
        found += [item["id"] for item in answer.json["items"]]
        if answer.json["next_cursor"] is None:
            return found
        cursor = {"cursor": answer.json["next_cursor"]}


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("read_at_once", [search_module.READ_AT_ONCE, 8])
def test_a_search_finds_what_a_look_at_every_gym_finds(monkeypatch: pytest.MonkeyPatch, read_at_once: int) -> None:
    """With its real bounds, and with bounds so low that circles are full and walks are cut short."""
    if read_at_once < search_module.READ_AT_ONCE:
        monkeypatch.setattr(search_module, "READ_AT_ONCE", read_at_once)
        monkeypatch.setattr(search_module, "_RING", 3)
        monkeypatch.setattr(search_module, "WALK_STEP", 12)
    gyms = scattered(36)

    @settings(max_examples=30, deadline=None)
    @given(searches(), st.integers(4, 20))
    def check(query: dict[str, Any], limit: int) -> None:
        with clock.at(NOW):
            assert in_pages(query, limit) == by_hand(gyms, query)

    check()


@pytest.mark.usefixtures("tables")
def test_nearby_gyms_are_the_nearest() -> None:
    gyms = scattered(36)

    @settings(max_examples=30, deadline=None)
    @given(st.sampled_from(CENTRES), st.floats(-0.4, 0.4), st.sampled_from([5.0, 25.0, 100.0]))
    def check(centre: tuple[float, float], offset: float, radius: float) -> None:
        latitude, longitude = min(90.0, centre[0] + offset), (centre[1] - offset + 180) % 360 - 180
        expected = by_hand(gyms, {"lat": latitude, "lon": longitude, "radius_km": radius})
        found = nearby(GymRepository(), latitude, longitude, radius_km=radius, limit=5)
        assert [each.id for each, _ in found] == expected[:5]
        if expected:
            others = nearby(GymRepository(), latitude, longitude, radius_km=radius, limit=5, exclude=expected[0])
            assert [each.id for each, _ in others] == expected[1:6]

    check()

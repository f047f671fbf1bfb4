"""POST /admin/gyms."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from gym.endpoints.create_gym import handler
from gym.endpoints.get_gym import handler as get_gym
from gym.endpoints.search_gyms import handler as search
from solo60 import clock
from solo60.ids import new_id
from tests.conftest import call
from tests.handlers.gym.making import ADMIN, ALWAYS, definition, gym

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def create(body: Any, **more: Any) -> Any:
    return call(handler, user=ADMIN, admin=True, body=body, **more)


@pytest.mark.usefixtures("tables")
def test_a_gym_is_created_with_the_rules_that_were_left_out() -> None:
    with clock.at(NOW):
        answer = create(definition(equipment=[{"name": "Power rack", "category": "strength", "quantity": 2}]))
    assert answer.status == 201
    assert answer.headers["ETag"] == '"1"'
    created = answer.json
    equipment = created.pop("equipment")
    gym_id = created.pop("id")
    assert [{**item, "id": ""} for item in equipment] == [
        {"id": "", "name": "Power rack", "category": "strength", "quantity": 2, "in_service": True}
    ]
    assert created == {
        "name": "Old Street",
        "description": "",
        "address": {"line1": "1 Old Street", "line2": None, "city": "London", "postcode": "EC1V 9HL", "country": "GB"},
        "latitude": 51.5255,
        "longitude": -0.0876,
        "timezone": "Europe/London",
        "opening_hours": ALWAYS,
        "capacity": 5,
        "slot_minutes": 30,
        "min_duration": 60,
        "max_duration": 240,
        "buffer_minutes": 15,
        "booking_horizon_days": 28,
        "minimum_notice_minutes": 0,
        "cancellation_hours": 12,
        "credits_per_hour": 10,
        "credits_from": 10,
        "price_bands": [],
        "amenities": [],
        "requires_induction": False,
        "induction_valid_days": 365,
        "status": "active",
        "pictures": [],
        "rating": {"average": None, "count": 0},
        "closures": [],
        "version": 1,
        "created_at": "2026-03-02T10:00:00Z",
    }
    shown = call(get_gym, path={"gym_id": gym_id})
    assert shown.json == answer.json
    assert shown.headers["ETag"] == '"1"'


@pytest.mark.usefixtures("tables")
def test_the_lowest_price_is_of_the_cheapest_hour() -> None:
    band = {"name": "Off-peak", "weekdays": ["monday", "monday"], "from": "22:00", "to": "06:00", "credits_per_hour": 4}
    created = gym(price_bands=[band, {**band, "name": "Peak", "credits_per_hour": 20}])
    assert created["credits_from"] == 4
    assert created["price_bands"][0] == {**band, "weekdays": ["monday"]}


ALL_WEEK = {"name": "Week", "weekdays": list(ALWAYS), "from": "00:00", "to": "24:00", "credits_per_hour": 20}
AT_NIGHT = {**ALL_WEEK, "name": "Night", "from": "23:00", "to": "05:00", "credits_per_hour": 2}


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize(
    ("changes", "credits"),
    [
        ({"credits_per_hour": 1, "price_bands": [ALL_WEEK]}, 20),
        ({"credits_per_hour": 1, "price_bands": [ALL_WEEK, AT_NIGHT]}, 20),
        ({"price_bands": [AT_NIGHT], "opening_hours": {"monday": [{"opens": "06:00", "closes": "22:00"}]}}, 10),
        ({"price_bands": [AT_NIGHT], "opening_hours": {"monday": [{"opens": "22:00", "closes": "01:00"}]}}, 2),
    ],
)
def test_a_price_that_nobody_can_have_is_neither_shown_nor_found(changes: dict[str, Any], credits: int) -> None:
    created = gym(**changes)
    assert created["credits_from"] == credits
    assert [item["credits_from"] for item in call(search, query={"max_credits": credits}).json["items"]] == [credits]
    assert call(search, query={"max_credits": credits - 1}).json["items"] == []


@pytest.mark.usefixtures("tables")
def test_the_same_key_makes_one_gym_and_replays_its_answer() -> None:
    headers = {"Idempotency-Key": "one"}
    first = create(definition(), headers=headers)
    again = create(definition(), headers=headers)
    assert (again.status, again.text, again.headers["ETag"]) == (201, first.text, '"1"')
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(call(search).json["items"]) == 1
    other = create(definition(name="Another"), headers=headers)
    assert (other.status, other.code) == (422, "idempotency_key_reused")


@pytest.mark.usefixtures("tables")
def test_only_administrators_create_gyms() -> None:
    assert call(handler, body=definition()).status == 401
    assert call(handler, user=new_id(), body=definition()).status == 403


def hours(**days: list[tuple[str, str]]) -> dict[str, list[dict[str, str]]]:
    return {day: [{"opens": opens, "closes": closes} for opens, closes in spans] for day, spans in days.items()}


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "/name"),
        ({"name": None}, "/name"),
        ({"latitude": 90.1}, "/latitude"),
        ({"longitude": -181}, "/longitude"),
        ({"timezone": "London"}, "/timezone"),
        ({"timezone": "Europe/Atlantis"}, "/timezone"),
        ({"timezone": "../etc/passwd"}, "/timezone"),
        ({"timezone": "Europe"}, "/timezone"),
        ({"capacity": 0}, "/capacity"),
        ({"capacity": 6}, "/capacity"),
        ({"slot_minutes": 20}, "/slot_minutes"),
        ({"min_duration": 50}, "/min_duration"),
        ({"max_duration": 495}, "/max_duration"),
        ({"min_duration": 90, "max_duration": 60}, "/max_duration"),
        ({"min_duration": 300}, "/max_duration"),
        ({"min_duration": 45, "max_duration": 45, "slot_minutes": 30}, "/max_duration"),
        ({"buffer_minutes": 7}, "/buffer_minutes"),
        ({"buffer_minutes": 65}, "/buffer_minutes"),
        ({"credits_per_hour": 0}, "/credits_per_hour"),
        ({"credits_per_hour": 2.5}, "/credits_per_hour"),
        ({"status": "closed"}, "/status"),
        ({"colour": "blue"}, "/colour"),
        ({"rating": {"average": 5, "count": 1}}, "/rating"),
        ({"opening_hours": {"funday": []}}, "/opening_hours/funday"),
        ({"opening_hours": hours(monday=[("24:00", "06:00")])}, "/opening_hours/monday/0/opens"),
        ({"opening_hours": hours(monday=[("06:00", "6:30")])}, "/opening_hours/monday/0/closes"),
        ({"opening_hours": hours(monday=[("06:00", "12:00"), ("11:59", "13:00")])}, "/opening_hours"),
        ({"opening_hours": hours(monday=[("20:00", "02:00")], tuesday=[("01:00", "03:00")])}, "/opening_hours"),
        ({"opening_hours": hours(sunday=[("20:00", "02:00")], monday=[("01:00", "03:00")])}, "/opening_hours"),
        ({"equipment": [{"name": "Bike", "category": "cardio", "quantity": 0}]}, "/equipment/0/quantity"),
    ],
)
def test_what_cannot_be_is_refused_by_field(changes: dict[str, Any], field: str) -> None:
    answer = create(definition(**changes))
    assert (answer.status, answer.code) == (422, "invalid_request")
    assert field in [error["field"] for error in answer.json["errors"]]
    assert call(search).json["items"] == []


@pytest.mark.usefixtures("tables")
def test_all_errors_are_reported_at_once() -> None:
    answer = create(definition(name="", capacity=9, timezone="Nowhere/Land"))
    assert {error["field"] for error in answer.json["errors"]} == {"/name", "/capacity", "/timezone"}


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize(
    "opening_hours",
    [
        hours(monday=[("06:00", "12:00"), ("12:00", "13:00")]),
        hours(monday=[("20:00", "02:00")], tuesday=[("02:00", "03:00")]),
        hours(sunday=[("20:00", "02:00")], monday=[("02:00", "03:00")]),
        hours(friday=[("09:00", "09:00")]),
        {},
    ],
)
def test_hours_may_adjoin_and_pass_midnight(opening_hours: dict[str, Any]) -> None:
    created = gym(opening_hours=opening_hours)
    assert {day: spans for day, spans in created["opening_hours"].items() if spans} == opening_hours

"""GET /gyms."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from gym import search as search_module
from gym.endpoints.change_gym import handler as change_gym
from gym.endpoints.search_gyms import handler
from gym.records import Gym
from gym.repository import gym_key, index
from session.time.endpoints.list_availability import handler as availability
from solo60 import aws, clock
from solo60.ids import new_id
from tests.conftest import Answer, call
from tests.handlers.gym.making import ADMIN, gym

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)  # a Monday
LONDON = {"lat": 51.5255, "lon": -0.0876}


def search(**query: Any) -> Answer:
    with clock.at(NOW):
        answer = call(handler, query=query)
    return answer


def names(**query: Any) -> list[str]:
    answer = search(**query)
    assert answer.status == 200, answer.text
    return [item["name"] for item in answer.json["items"]]


def every_page(limit: int, **query: Any) -> list[str]:
    found: list[str] = []
    cursor: dict[str, Any] = {}
    for _ in range(1000):
        answer = search(limit=limit, **query, **cursor).json
        assert len(answer["items"]) <= limit
        found += [item["id"] for item in answer["items"]]
        if answer["next_cursor"] is None:
            return found
        cursor = {"cursor": answer["next_cursor"]}
    raise AssertionError("the list does not end")


def rate(gym_id: str, total: int, count: int) -> None:
    key = gym_key(gym_id)
    record = Gym.get(key.pk, key.sk)
    record.rating_sum, record.rating_count = total, count
    index(record)
    record.save()


@pytest.mark.usefixtures("tables")
def test_an_item_has_what_an_app_shows() -> None:
    made = gym()
    item = search(lat=51.5155, lon=-0.0876).json["items"][0]
    assert item == {
        "id": made["id"],
        "name": "Old Street",
        "address": {"line1": "1 Old Street", "line2": None, "city": "London", "postcode": "EC1V 9HL", "country": "GB"},
        "latitude": 51.5255,
        "longitude": -0.0876,
        "timezone": "Europe/London",
        "distance_km": 1.112,
        "credits_from": 10,
        "credits_per_hour": 10,
        "rating": {"average": None, "count": 0},
        "capacity": 5,
        "amenities": [],
        "requires_induction": False,
        "status": "active",
        "pictures": [],
    }
    assert search().json["items"][0] == {**item, "distance_km": None}


@pytest.mark.usefixtures("tables")
def test_the_nearest_comes_first_and_the_radius_bounds() -> None:
    for name, latitude in (("Far", 51.6155), ("Near", 51.5355), ("Out", 51.6555), ("Here", 51.5255)):
        gym(name=name, latitude=latitude)
    assert names(**LONDON) == ["Here", "Near"]
    assert names(**LONDON, radius_km=12) == ["Here", "Near", "Far"]
    assert names(**LONDON, radius_km=1) == ["Here"]
    assert names() == ["Far", "Here", "Near", "Out"]


@pytest.mark.usefixtures("tables")
def test_the_antimeridian_and_the_poles_are_no_borders() -> None:
    for name, latitude, longitude in (
        ("Taveuni west", -16.8, 179.99),
        ("Taveuni east", -16.8, -179.99),
        ("Pole", 89.99, 10.0),
        ("Other side of the pole", 89.99, -170.0),
    ):
        gym(name=name, latitude=latitude, longitude=longitude)
    assert names(lat=-16.8, lon=180) == names(lat=-16.8, lon=-180)
    assert sorted(names(lat=-16.8, lon=179.995)) == ["Taveuni east", "Taveuni west"]
    assert names(lat=89.99, lon=10) == ["Pole", "Other side of the pole"]


@pytest.mark.usefixtures("tables")
def test_orders() -> None:
    dear, cheap, middle = (
        gym(name=name, credits_per_hour=credits, latitude=latitude)["id"]
        for name, credits, latitude in (("Dear", 12, 51.5255), ("Cheap", 6, 51.5655), ("Middle", 9, 51.5455))
    )
    rate(dear, 9, 2)
    rate(cheap, 45, 10)
    rate(middle, 20, 4)
    for point in ({}, LONDON):
        assert names(**point, sort="price") == ["Cheap", "Middle", "Dear"]
        assert names(**point, sort="rating") == ["Middle", "Cheap", "Dear"]
        assert names(**point, sort="name") == ["Cheap", "Dear", "Middle"]
    assert names(**LONDON, sort="distance") == names(**LONDON) == ["Dear", "Middle", "Cheap"]
    assert search(sort="rating").json["items"][1]["rating"] == {"average": 4.5, "count": 10}


@pytest.mark.usefixtures("tables")
def test_text_finds_beginnings_of_words_without_case_or_accent() -> None:
    gym(name="Café Müller", description="Power racks and bikes")
    gym(name="Old Street", address={"line1": "9 Łódź Row", "city": "Bath", "postcode": "B1", "country": "GB"})
    assert names(text="cafe MULL") == ["Café Müller"]
    assert names(text="müller rack") == ["Café Müller"]
    assert names(text="bath") == ["Old Street"]
    assert names(text="street bat") == ["Old Street"]
    assert names(text="treet") == []
    assert names(text="cafe bath") == []


@pytest.mark.usefixtures("tables")
def test_filters_combine() -> None:
    rack = {"name": "Power rack", "category": "Strength"}
    gym(name="Both", equipment=[rack, {"name": "Bike", "category": "cardio"}], amenities=["Shower", "towels"])
    gym(name="Rack", equipment=[rack], amenities=["shower"], credits_per_hour=5)
    gym(name="Broken", equipment=[{**rack, "in_service": False}], amenities=["shower"])
    assert names(equipment="strength") == ["Both", "Rack"]
    assert names(equipment=["power rack", "cardio"]) == ["Both"]
    assert names(amenities=["shower", "TOWELS"]) == ["Both"]
    assert names(equipment="strength", max_credits=5) == ["Rack"]
    assert names(equipment="strength", max_credits=5, text="both") == []
    assert names(equipment="strength", amenities="shower", **LONDON, sort="price") == ["Rack", "Both"]


@pytest.mark.usefixtures("tables")
def test_open_at_is_the_gyms_own_clock() -> None:
    late = {"saturday": [{"opens": "20:00", "closes": "02:30"}]}
    gym(name="London night", opening_hours=late)
    gym(name="Kathmandu night", opening_hours=late, timezone="Asia/Kathmandu")
    assert names(open_at="2026-03-07T20:00:00Z") == ["Kathmandu night", "London night"]
    assert names(open_at="2026-03-07T19:59:59Z") == ["Kathmandu night"]
    assert names(open_at="2026-03-07T14:15:00Z") == ["Kathmandu night"]
    assert names(open_at="2026-03-08T02:29:59Z") == ["London night"]
    assert names(open_at="2026-03-08T02:30:00Z") == []
    # The clocks go back at 01:00Z: 02:30 in summer time never comes, in winter time it is 02:30Z.
    assert names(open_at="2026-10-25T02:29:00Z") == ["London night"]
    assert names(open_at="2026-10-25T03:00:00+01:00") == ["London night"]


@pytest.mark.usefixtures("tables")
def test_available_is_what_availability_lists() -> None:
    morning = {"tuesday": [{"opens": "08:00", "closes": "09:30"}]}
    gym(name="Always", buffer_minutes=0)
    short = gym(name="Morning", opening_hours=morning, buffer_minutes=0)
    day = {"available_from": "2026-03-03T00:00:00Z", "available_to": "2026-03-04T00:00:00Z"}
    assert names(**day, duration=60) == ["Always", "Morning"]
    assert names(**day, duration=120) == ["Always"]
    tight = {"available_from": "2026-03-03T08:30:00Z", "available_to": "2026-03-03T09:30:00Z"}
    assert names(**tight, duration=60, **LONDON) == ["Always", "Morning"]
    assert names(**{**tight, "available_from": "2026-03-03T08:31:00Z"}, duration=45) == []
    with clock.at(NOW):
        starts = call(availability, query={"gym_id": short["id"], "date": "2026-03-03", "duration": 60}).json["items"]
    assert [start["starts_at"] for start in starts] == ["2026-03-03T08:00:00Z", "2026-03-03T08:30:00Z"]


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"lat": 91, "lon": 0}, "lat"),
        ({"lat": "nan", "lon": 0}, "lat"),
        ({"lat": 51}, "lon"),
        ({"lon": 0}, "lon"),
        ({**LONDON, "radius_km": 101}, "radius_km"),
        ({**LONDON, "radius_km": 0}, "radius_km"),
        ({"radius_km": 5}, "radius_km"),
        ({"sort": "distance"}, "sort"),
        ({"sort": "age"}, "sort"),
        ({"open_at": "2026-03-02T10:00:00"}, "open_at"),
        ({"open_at": "noon"}, "open_at"),
        ({"available_from": "2026-03-02T10:00:00Z"}, "available_to"),
        ({"available_to": "2026-03-02T10:00:00Z"}, "available_to"),
        ({"available_from": "2026-03-02T10:00:00Z", "available_to": "2026-03-02T12:00:00Z"}, "duration"),
        (
            {"available_from": "2026-03-02T10:00:00Z", "available_to": "2026-03-02T09:00:00Z", "duration": 60},
            "available_to",
        ),
        (
            {"available_from": "2026-03-02T10:00:00Z", "available_to": "2026-03-10T10:00:00Z", "duration": 60},
            "available_to",
        ),
        (
            {"available_from": "2026-03-02T10:00:00Z", "available_to": "2026-03-02T10:30:00Z", "duration": 60},
            "duration",
        ),
        ({"duration": 60}, "duration"),
        ({"duration": 50}, "duration"),
        ({"max_credits": -1}, "max_credits"),
        ({"text": ""}, "text"),
        ({"text": "!!!"}, "text"),
        ({"text": "🏋"}, "text"),
        ({"open_at": "0001-01-01T00:00:00Z"}, "open_at"),
        ({"open_at": "9999-12-31T23:59:59-23:59"}, "open_at"),
        ({"text": ["a", "b"]}, "text"),
        ({"limit": 101}, "limit"),
        ({"near": "me"}, "near"),
    ],
)
def test_what_cannot_be_searched_is_refused_by_field(query: dict[str, Any], field: str) -> None:
    answer = search(**query)
    assert (answer.status, answer.code) == (422, "invalid_request")
    assert field in [error["field"] for error in answer.json["errors"]]


@pytest.mark.usefixtures("tables")
def test_a_cursor_is_bound_to_its_query() -> None:
    gym(), gym()
    cursor = search(limit=1, **LONDON).json["next_cursor"]
    for query in ({}, {**LONDON, "radius_km": 11}, {**LONDON, "sort": "price"}):
        answer = search(limit=1, cursor=cursor, **query)
        assert (answer.status, answer.code) == (400, "invalid_cursor")
    assert search(limit=1, cursor=cursor + "x", **LONDON).status == 400


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("query", [{}, LONDON, {"sort": "price"}, {**LONDON, "sort": "rating"}])
def test_gyms_that_come_and_go_between_pages_move_no_other(query: dict[str, Any]) -> None:
    made = [
        gym(name=f"Gym {number}", latitude=51.5255 + number / 1000, credits_per_hour=10 + number) for number in range(9)
    ]
    ids = [each["id"] for each in made]
    first = search(limit=4, **query).json
    assert [item["id"] for item in first["items"]] == ids[:4]
    gym(name="Gym 0a", latitude=51.5256, credits_per_hour=10)
    call(change_gym, user=ADMIN, admin=True, path={"gym_id": ids[1]}, body={"status": "archived"})
    call(change_gym, user=ADMIN, admin=True, path={"gym_id": ids[3]}, body={"status": "maintenance"})
    second = search(limit=4, cursor=first["next_cursor"], **query).json
    assert [item["id"] for item in second["items"]][:4] == ids[4:8]


class Trips:
    """Counts the calls to DynamoDB and the items that they read."""

    def __init__(self) -> None:
        self.calls = 0
        self.items = 0
        events = aws.client("dynamodb").meta.events
        events.register("after-call.dynamodb", self._count)

    def _count(self, parsed: dict[str, Any], **_: Any) -> None:
        self.calls += 1
        self.items += int(parsed.get("ScannedCount", 0))


def many(count: int, *, spread: float) -> list[str]:
    """Gyms in rows around Old Street, `spread` degrees from end to end."""
    model = gym()
    key = gym_key(model["id"])
    record = Gym.get(key.pk, key.sk)
    ids = [model["id"]]
    side = round(count**0.5)
    with Gym.batch_write() as batch:
        for number in range(count - 1):
            gym_id = new_id()
            place = gym_key(gym_id)
            copied = Gym(**{**record.attribute_values, "pk": place.pk, "sk": place.sk, "id": gym_id})
            copied.latitude = 51.5255 + (number // side - side / 2) / side * spread
            copied.longitude = -0.0876 + (number % side - side / 2) / side * spread
            copied.credits_per_hour = copied.credits_from = 5 + number % 7
            index(copied)
            batch.save(copied)
            ids.append(gym_id)
    return ids


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds so low that a few gyms exceed them."""
    monkeypatch.setattr(search_module, "READ_AT_ONCE", 21)
    monkeypatch.setattr(search_module, "_RING", 7)
    monkeypatch.setattr(search_module, "WALK_STEP", 12)


@pytest.mark.usefixtures("tables", "small_steps")
def test_a_large_circle_is_read_in_rings_without_losing_gyms() -> None:
    ids = many(60, spread=0.1)
    trips = Trips()
    first = search(limit=5, **LONDON).json
    assert 0 < len(first["items"]) <= 5
    assert trips.calls <= 12
    assert trips.items <= 5 * search_module.READ_AT_ONCE
    distances: list[float] = []
    found: list[str] = []
    cursor: dict[str, Any] = {}
    while True:
        page = search(limit=12, **LONDON, **cursor).json
        distances += [item["distance_km"] for item in page["items"]]
        found += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert distances == sorted(distances)
    assert len(found) == 60
    assert set(found) == set(ids)


@pytest.mark.usefixtures("tables", "small_steps")
def test_every_way_of_reading_many_gyms_ends_with_all_of_them() -> None:
    many(49, spread=0.1)
    for query in ({**LONDON, "sort": "price"}, {"sort": "rating"}):
        assert len(set(every_page(20, **query))) == 49
    found = every_page(10, **LONDON, max_credits=5)
    assert len(found) == len(set(found)) == 7
    assert sorted(every_page(4, sort="name", max_credits=5)) == sorted(found)


@pytest.mark.usefixtures("tables", "small_steps")
def test_what_a_page_reads_does_not_grow_with_the_number_of_gyms() -> None:
    many(90, spread=60)
    for query in ({}, {"sort": "price"}, LONDON, {"text": "nowhere"}, {**LONDON, "sort": "rating"}):
        trips = Trips()
        assert search(limit=5, **query).status == 200
        assert trips.calls <= 4
        assert trips.items <= search_module.WALK_STEPS * search_module.WALK_STEP


@pytest.mark.usefixtures("tables")
def test_many_gyms_that_cannot_be_booked_are_passed_in_bounded_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    many(120, spread=0.05)
    asked: list[int] = []

    def bookable(times: Any, gyms: Any, start: datetime, end: datetime, duration: int) -> set[str]:
        asked.append(len(gyms))
        return {each.id for each in gyms if each.credits_per_hour == 5}

    monkeypatch.setattr("gym.search.bookable_gyms", bookable)
    window = {"available_from": "2026-03-02T10:00:00Z", "available_to": "2026-03-03T10:00:00Z", "duration": 60}
    page = search(**LONDON, **window).json
    assert len(asked) == 2
    assert max(asked) <= 50
    assert page["next_cursor"] is not None
    for query in (LONDON, {}):
        found = every_page(20, **query, **window)
        assert len(found) == len(set(found)) == 17


@pytest.mark.usefixtures("tables")
def test_a_name_sorts_before_longer_names_with_the_same_beginning() -> None:
    for name in ("Soho East", "Soho", "Soho 2"):
        gym(name=name)
    assert names() == ["Soho", "Soho 2", "Soho East"]

"""GET /sessions/availability: one rule set with booking, on every day of the year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from session.time.endpoints.list_availability import handler as availability_endpoint
from solo60 import clock
from solo60.ids import new_id
from tests.conftest import call
from tests.handlers.session.world import (
    add_gym,
    availability,
    book,
    cancel,
    counted_trips,
    give_credits,
)

DAY = "2026-03-04"


def member_with(credits: int) -> str:
    user = new_id()
    give_credits(user, credits)
    return user


def starts(gym: str, day: str = DAY, duration: int = 60) -> list[str]:
    return [item["start_time"] for item in availability(gym, day, duration)]


def test_a_day_with_several_intervals_is_listed_on_its_wall_clock() -> None:
    gym = add_gym(
        slot_minutes=30,
        opening_hours={
            "wednesday": [{"opens": "06:00", "closes": "08:00"}, {"opens": "22:30", "closes": "01:00"}],
            "tuesday": [{"opens": "23:30", "closes": "01:30"}],
        },
        price_bands=[
            {"name": "late", "weekdays": ["wednesday"], "from": "23:00", "to": "02:00", "credits_per_hour": 4}
        ],
    )
    found = availability(gym, DAY)
    assert [(item["start_time"], item["end_time"], item["price_credits"]) for item in found] == [
        ("00:00", "01:00", 8),
        ("00:30", "01:30", 8),
        ("06:00", "07:00", 8),
        ("06:30", "07:30", 8),
        ("07:00", "08:00", 8),
        ("22:30", "23:30", 6),
        ("23:00", "00:00", 4),
        ("23:30", "00:30", 4),
    ]
    assert (found[0]["starts_at"], found[0]["ends_at"]) == ("2026-03-04T00:00:00Z", "2026-03-04T01:00:00Z")


def test_what_is_taken_is_not_listed_until_it_is_free_again() -> None:
    user = member_with(100)
    gym = add_gym(slot_minutes=30, opening_hours={"wednesday": [{"opens": "10:00", "closes": "14:00"}]})
    session = book(user, gym, datetime(2026, 3, 4, 11, 30, tzinfo=UTC), 60).json["id"]
    assert starts(gym) == ["10:00", "13:00"]
    cancel(user, session)
    assert starts(gym) == ["10:00", "10:30", "11:00", "11:30", "12:00", "12:30", "13:00"]


def test_notice_and_horizon_cut_the_list() -> None:
    gym = add_gym(slot_minutes=60, booking_horizon_days=2, minimum_notice_minutes=120)
    assert starts(gym, "2026-03-01") == []
    assert starts(gym, "2026-03-02")[0] == "11:00"
    assert len(starts(gym, "2026-03-03")) == 24
    assert starts(gym, "2026-03-04")[-1] == "09:00"
    assert starts(gym, "2026-03-05") == []


@pytest.mark.parametrize(
    "changes", [{"status": "maintenance"}, {"min_duration": 90}, {"max_duration": 45}, {"slot_minutes": 45}]
)
def test_a_gym_whose_rules_refuse_all_lists_nothing(changes: dict[str, Any]) -> None:
    gym = add_gym(**changes)
    assert availability(gym, DAY) == []


def test_the_list_takes_one_trip_and_needs_no_token() -> None:
    gym = add_gym()
    with counted_trips() as trips:
        availability(gym, DAY)
    assert trips.operations == ["BatchGetItem"]


@pytest.mark.parametrize("first", ["2026-03-27", "2026-10-23"])
@pytest.mark.parametrize("zone", ["Europe/London", "Pacific/Auckland", "America/Los_Angeles", "Australia/Lord_Howe"])
def test_several_days_are_the_lists_of_each_in_one_read(zone: str, first: str) -> None:
    user = member_with(100)
    gym = add_gym(timezone=zone, booking_horizon_days=12, slot_minutes=30)
    day = datetime.fromisoformat(first).replace(tzinfo=UTC)
    with clock.at(day):
        for hours in (10, 34, 60, 200):
            assert book(user, gym, day + timedelta(hours=hours), 60).status == 201
        with counted_trips() as trips:
            found = availability(gym, first, days=14)
        assert trips.operations == ["BatchGetItem"]
        single = [availability(gym, f"{(day + timedelta(days=offset)):%Y-%m-%d}") for offset in range(14)]
        assert found == [item for items in single for item in items]
        assert [len(items) for items in single[-1:]] == [0]  # behind the horizon
        assert availability(gym, first, days=1) == availability(gym, first) == single[0]
        assert availability(gym, first, days=3) == [*single[0], *single[1], *single[2]]


def test_the_last_day_is_listed_up_to_its_last_session_with_its_buffer() -> None:
    gym = add_gym(timezone="Etc/GMT+12", buffer_minutes=60, max_duration=480, slot_minutes=60)
    for days in (1, 14):
        found = availability(gym, "2026-03-04", 480, days)
        assert found[-1]["start_time"] == "23:00"
        assert len(found) == 24 * days
    gym = add_gym(timezone="Pacific/Kiritimati", buffer_minutes=60, max_duration=480, slot_minutes=60)
    assert availability(gym, "2026-03-04", 480)[0]["start_time"] == "00:00"


@pytest.mark.parametrize("days", ["0", "15", "-1", "two", "1.5", ""])
def test_days_are_one_to_fourteen(days: str) -> None:
    query = {"gym_id": add_gym(), "date": DAY, "duration": 60, "days": days}
    answer = call(availability_endpoint, query=query)
    assert (answer.status, [error["field"] for error in answer.json["errors"]]) == (422, ["days"])


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({}, {"gym_id", "date", "duration"}),
        ({"gym_id": "x", "date": "4 March", "duration": "long"}, {"gym_id", "date", "duration"}),
        ({"gym_id": new_id(), "date": "9999-12-31", "duration": 0}, {"date", "duration"}),
        ({"gym_id": new_id(), "date": DAY, "duration": 60, "limit": 5}, {"limit"}),
    ],
)
def test_faults_of_a_query_are_told_at_once(query: dict[str, Any], fields: set[str]) -> None:
    answer = call(availability_endpoint, query=query)
    assert (answer.status, {error["field"] for error in answer.json["errors"]}) == (422, fields)


def test_an_unknown_gym_is_not_found() -> None:
    answer = call(availability_endpoint, query={"gym_id": new_id(), "date": DAY, "duration": 60})
    assert (answer.status, answer.code) == (404, "gym_not_found")


LONDON_SPRING, LONDON_AUTUMN = "2026-03-29", "2026-10-25"
LORD_HOWE_AUTUMN, LORD_HOWE_SPRING = "2026-04-05", "2026-10-04"


@pytest.mark.parametrize(
    ("timezone", "day", "slot", "hours", "count"),
    [
        ("Europe/London", "2026-03-28", 30, 24, 48),
        ("Europe/London", LONDON_SPRING, 30, 23, 46),
        ("Europe/London", LONDON_AUTUMN, 30, 25, 50),
        ("Europe/London", LONDON_AUTUMN, 60, 25, 25),
        ("Europe/London", LONDON_AUTUMN, 15, 25, 100),
        ("Australia/Lord_Howe", LORD_HOWE_SPRING, 30, 23.5, 47),
        ("Australia/Lord_Howe", LORD_HOWE_AUTUMN, 30, 24.5, 49),
        ("Australia/Lord_Howe", LORD_HOWE_AUTUMN, 15, 24.5, 98),
        ("Asia/Kathmandu", "2026-03-04", 15, 24, 96),
    ],
)
def test_every_day_of_the_year_is_listed_in_its_whole_length(
    timezone: str, day: str, slot: int, hours: float, count: int
) -> None:
    gym = add_gym(timezone=timezone, slot_minutes=slot, booking_horizon_days=365)
    with clock.at(datetime.fromisoformat(day).replace(tzinfo=UTC) - timedelta(days=3)):
        found = availability(gym, day)
    instants = [clock.from_rfc3339(item["starts_at"]) for item in found]
    assert len(found) == count
    assert instants[-1] - instants[0] == timedelta(hours=hours) - timedelta(minutes=slot)
    assert all(
        clock.from_rfc3339(item["ends_at"]) - clock.from_rfc3339(item["starts_at"]) == timedelta(hours=1)
        for item in found
    )


@pytest.mark.parametrize(
    ("timezone", "day", "twice"),
    [("Europe/London", LONDON_AUTUMN, "01:30"), ("Australia/Lord_Howe", LORD_HOWE_AUTUMN, "01:30")],
)
def test_both_half_past_ones_of_the_long_day_can_be_booked(timezone: str, day: str, twice: str) -> None:
    user = member_with(100)
    gym = add_gym(timezone=timezone, slot_minutes=30, buffer_minutes=0, min_duration=30, booking_horizon_days=365)
    with clock.at(datetime.fromisoformat(day).replace(tzinfo=UTC) - timedelta(days=3)):
        found = [item["starts_at"] for item in availability(gym, day, 30) if item["start_time"] == twice]
        assert len(found) == 2
        sessions = [book(user, gym, start, 30).json for start in found]
    assert [session["start_time"] for session in sessions] == [twice, twice]
    assert [session["starts_at"] for session in sessions] == found
    assert all(session["booking_date"] == day for session in sessions)
    if timezone == "Europe/London":
        assert found == ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"]


def test_an_hour_over_the_change_is_an_hour() -> None:
    user, gym = member_with(100), add_gym(booking_horizon_days=365)
    for start, shown in (("2026-03-29T00:30:00Z", ("00:30", "02:30")), ("2026-10-25T00:30:00Z", ("01:30", "01:30"))):
        session = book(user, gym, start, 60).json
        assert (session["start_time"], session["end_time"], session["price_credits"]) == (*shown, 8)
        assert clock.from_rfc3339(session["ends_at"]) == clock.from_rfc3339(start) + timedelta(hours=1)


def test_a_skipped_wall_time_is_not_listed() -> None:
    gym = add_gym(slot_minutes=30, booking_horizon_days=365)
    assert {item["start_time"] for item in availability(gym, LONDON_SPRING)} & {"01:00", "01:30"} == set()

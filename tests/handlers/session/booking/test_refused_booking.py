"""POST /sessions/book, where it is refused: whose time is in the way, and what can be booked instead."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.handlers.session.world import (
    START,
    WEEKDAYS,
    add_gym,
    book,
    counted_trips,
    credits_of,
    induct,
    member_with,
    quote,
    refused,
    sessions_in_table,
    text,
)


@pytest.fixture
def rich() -> str:
    """A member with 100 credits."""
    return member_with(100)


def test_a_booking_that_is_sent_twice_is_told_of_its_own_session(rich: str) -> None:
    gym, other = add_gym(), member_with(100)
    add_gym(latitude=51.513)
    session = book(rich, gym, START).json["id"]
    again = refused(book(rich, gym, START), "own_overlap").json
    assert (again["session_id"], again["alternatives"]) == (session, [])
    assert refused(book(other, gym, START), "slot_taken").json["session_id"] is None
    assert credits_of(rich) == 92
    assert len(sessions_in_table()) == 1


def test_the_first_of_ones_own_sessions_in_the_way_is_named(rich: str) -> None:
    here, there = add_gym(), add_gym()
    second = book(rich, there, START + timedelta(hours=2)).json["id"]
    first = book(rich, here, START).json["id"]

    def in_the_way(gym: str, minutes: int, duration: int) -> str | None:
        answer = refused(book(rich, gym, START + timedelta(minutes=minutes), duration), "own_overlap").json
        assert answer["alternatives"] == []
        named: str | None = answer["session_id"]
        return named

    assert in_the_way(here, -45, 240) == in_the_way(there, 45, 60) == in_the_way(here, 0, 60) == first
    assert in_the_way(here, 60, 75) == in_the_way(there, 165, 60) == second
    # Behind one's own session it is the gym's buffer that is in the way, and another time helps.
    behind = refused(book(rich, here, START + timedelta(minutes=60)), "slot_taken").json
    assert behind["session_id"] is None
    assert behind["alternatives"]


def test_the_rules_of_the_gym_come_before_ones_own_time(rich: str) -> None:
    book(rich, add_gym(), START)
    elsewhere = add_gym(opening_hours={})
    assert refused(book(rich, elsewhere, START), "gym_closed").json["session_id"] is None
    refused(book(rich, add_gym(credits_per_hour=500), START), "own_overlap")


def test_a_refused_slot_comes_with_ranked_alternatives(rich: str) -> None:
    gym, other = add_gym(), member_with(100)
    near = add_gym(name="Fitzrovia", latitude=51.519, longitude=-0.135, credits_per_hour=10)
    add_gym(name="Brighton", latitude=50.822, longitude=-0.137)
    add_gym(name="Inducted", latitude=51.513, longitude=-0.134, requires_induction=True)
    book(rich, gym, START)
    found = refused(book(other, gym, START), "slot_taken").json["alternatives"]
    assert [(item["gym_id"] == gym, item["starts_at"]) for item in found] == [
        (True, text(START - timedelta(minutes=75))),
        (True, text(START + timedelta(minutes=75))),
        (True, text(START - timedelta(minutes=90))),
        (True, text(START + timedelta(minutes=90))),
        (False, text(START)),
    ]
    assert [item["distance_km"] for item in found[:4]] == [0, 0, 0, 0]
    assert found[4]["gym_id"] == near
    assert 0.7 < found[4]["distance_km"] < 0.9
    assert (found[4]["price_credits"], found[4]["ends_at"]) == (10, text(START + timedelta(hours=1)))
    for item in found:
        assert quote(other, item["gym_id"], item["starts_at"]).json["bookable"]


def test_alternatives_leave_out_when_the_member_is_elsewhere(rich: str) -> None:
    gym, other = add_gym(), member_with(100)
    book(rich, gym, START)
    book(other, add_gym(latitude=0, longitude=0), START + timedelta(minutes=60), 120)
    found = refused(book(other, gym, START), "slot_taken").json["alternatives"]
    starts = {item["starts_at"] for item in found}
    assert text(START + timedelta(minutes=75)) not in starts
    assert text(START - timedelta(minutes=75)) in starts


NEAR = {"latitude": 51.513, "longitude": -0.134}


def offered_elsewhere(gym: str, user: str) -> set[str]:
    """The other gyms that are offered after a refusal; everything that is offered can be booked."""
    found = refused(book(user, gym, START), "slot_taken").json["alternatives"]
    assert all(quote(user, item["gym_id"], item["starts_at"]).json["bookable"] for item in found)
    return {item["gym_id"] for item in found} - {gym}


def test_alternatives_are_what_the_member_can_pay(rich: str) -> None:
    evening = [{"name": "peak", "weekdays": list(WEEKDAYS), "from": "17:00", "to": "21:00", "credits_per_hour": 9}]
    gym, dear, banded = add_gym(), add_gym(**NEAR, credits_per_hour=9), add_gym(**NEAR, price_bands=evening)
    book(rich, gym, START)
    poor, better = member_with(8), member_with(9)
    assert offered_elsewhere(gym, poor) == {banded}  # outside its band
    assert offered_elsewhere(gym, better) == {dear, banded}
    nothing = member_with(0)
    assert refused(book(nothing, gym, START), "slot_taken").json["alternatives"] == []


def test_alternatives_are_where_the_members_induction_will_be_valid(rich: str) -> None:
    gym = add_gym(slot_minutes=60)
    valid, ends, none, missed = (add_gym(**NEAR, slot_minutes=60, requires_induction=True) for _ in range(4))
    book(rich, gym, START)
    user = member_with(100)
    induct(user, valid, START + timedelta(days=10))
    induct(user, ends, START)
    induct(user, missed, START + timedelta(days=10), status="missed")
    found = refused(book(user, gym, START), "slot_taken").json["alternatives"]
    assert {item["gym_id"]: item["starts_at"] for item in found if item["gym_id"] != gym} == {
        valid: text(START),
        ends: text(START - timedelta(hours=1)),
    }
    assert all(quote(user, item["gym_id"], item["starts_at"]).json["bookable"] for item in found)
    assert offered_elsewhere(gym, member_with(100)) == set()
    assert none not in offered_elsewhere(gym, user)


def test_a_refusal_with_alternatives_takes_as_many_trips_as_before(rich: str) -> None:
    gym, user = add_gym(), member_with(100)
    add_gym(**NEAR, requires_induction=True)
    book(rich, gym, START)
    with counted_trips() as trips:
        refused(book(user, gym, START), "slot_taken")
    assert trips.operations == ["BatchGetItem", "Query", "BatchGetItem"]

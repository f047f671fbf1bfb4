"""POST /sessions/holds, bookings that use a hold, and the end of holds."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from session.booking.jobs.send_due_holds import handler as send_due
from session.booking.workers.expire_holds import handler as expire
from solo60 import clock
from solo60.ids import new_id
from tests.fakes.meanwhile import meanwhile
from tests.handlers.session.world import (
    NOW,
    START,
    add_gym,
    availability,
    ban,
    book,
    change_gym,
    counted_trips,
    credits_of,
    extend,
    give_credits,
    hold,
    items,
    move,
    quote,
    run_due,
    taken_slots,
    text,
)

TEN = timedelta(minutes=10)
HOUR = timedelta(hours=1)


def member_with(credits: int = 100) -> str:
    user = new_id()
    give_credits(user, credits)
    return user


def holds_in_table() -> list[dict[str, Any]]:
    return [item for item in items("session") if item.get("kind", {}).get("S") == "member_holds"]


def run_out(at: datetime) -> int:
    """Let the job and its worker end what has expired; how many members were sent."""
    return run_due(send_due, expire, at)


def test_a_hold_keeps_a_time_for_its_member_alone() -> None:
    gym, user, other = add_gym(), member_with(), member_with()
    answer = hold(user, gym, START)
    assert answer.status == 201
    assert {**answer.json, "id": ""} == {
        "id": "",
        "gym_id": gym,
        "starts_at": text(START),
        "ends_at": text(START + HOUR),
        "duration": 60,
        "price_credits": 8,
        "expires_at": text(NOW + TEN),
    }
    assert taken_slots() == 4
    assert book(other, gym, START).code == "slot_taken"
    assert book(other, gym, START + HOUR).code == "slot_taken"
    assert not [item for item in availability(gym, "2026-03-04") if item["starts_at"] == text(START)]
    assert quote(other, gym, START).json["failures"][0]["code"] == "slot_taken"
    assert quote(user, gym, START).json["bookable"]


def test_a_booking_uses_the_hold_of_its_member() -> None:
    gym, user = add_gym(), member_with()
    hold(user, gym, START)
    with counted_trips() as trips:
        answer = book(user, gym, START, key="one")
    assert answer.status == 201
    assert trips.operations == ["BatchGetItem", "TransactWriteItems"]
    assert taken_slots() == 8
    assert hold(user, gym, START + 3 * HOUR).status == 201


@pytest.mark.parametrize(
    ("offset", "duration", "held_after"),
    [
        (timedelta(0), 30, 0),
        (timedelta(minutes=30), 60, 0),
        (timedelta(minutes=-60), 60, 0),
        (timedelta(minutes=-75), 60, 4),
        (timedelta(hours=3), 60, 4),
    ],
)
def test_a_hold_that_is_in_the_way_is_given_up(offset: timedelta, duration: int, held_after: int) -> None:
    gym, user, other = add_gym(), member_with(), member_with()
    hold(user, gym, START)
    assert book(user, gym, START + offset, duration).status == 201
    assert taken_slots() == 2 * duration // 15 + held_after
    if not held_after:
        assert book(other, gym, START + offset + timedelta(minutes=duration + 15), 30).status == 201


def test_over_midnight() -> None:
    gym, user = add_gym(), member_with()
    late = START.replace(hour=23, minute=30)
    hold(user, gym, late)
    assert book(user, gym, late + timedelta(minutes=15)).status == 201
    assert taken_slots() == 8


def test_a_session_moves_and_extends_into_a_held_time() -> None:
    gym, user = add_gym(), member_with()
    session = book(user, gym, START).json["id"]
    hold(user, gym, START + 2 * HOUR)
    assert move(user, session, START + 2 * HOUR).status == 200
    assert taken_slots() == 8
    hold(user, gym, START + 3 * HOUR + timedelta(minutes=15))
    assert extend(user, session, 60).status == 200
    assert taken_slots() == 16


def test_credits_are_asked_for_by_the_booking_and_all_other_rules_by_the_hold() -> None:
    gym, poor = add_gym(), new_id()
    assert hold(poor, gym, START).status == 201
    assert book(poor, gym, START).code == "insufficient_credits"
    assert taken_slots() == 4
    user = member_with()
    book(user, add_gym(name="Camden", latitude=53.0), START + 6 * HOUR)
    for start, duration, code in (
        (START, 60, "slot_taken"),
        (START + 6 * HOUR, 60, "own_overlap"),
        (START + 3 * HOUR, 15, "too_short"),
        (NOW - HOUR, 60, "too_soon"),
    ):
        refused = hold(user, gym, start, duration)
        assert (refused.status, refused.code) == (409, code)
    ban(user)
    assert hold(user, gym, START + 3 * HOUR).code == "account_banned"
    assert hold(member_with(), new_id(), START).status == 404


def test_one_at_a_gym_two_in_all_and_none_is_renewed() -> None:
    gym, user = add_gym(), member_with()
    first = hold(user, gym, START)
    with clock.at(NOW + timedelta(minutes=9)):
        again = hold(user, gym, START)
        assert (again.status, again.json) == (201, first.json)
        refused = hold(user, gym, START + 3 * HOUR)
        assert (refused.status, refused.code) == (409, "too_many_holds")
        assert hold(user, add_gym(latitude=53.0), START).status == 201
        assert hold(user, add_gym(latitude=54.0), START).code == "too_many_holds"
    with clock.at(NOW + TEN):
        assert hold(user, gym, START + 3 * HOUR).status == 201


def test_a_hold_ends_with_the_beginning_of_its_time() -> None:
    gym, user = add_gym(minimum_notice_minutes=0), member_with()
    with clock.at(START - timedelta(minutes=4)):
        assert hold(user, gym, START).json["expires_at"] == text(START)


def test_an_expired_hold_is_in_nobodys_way_though_no_job_has_run() -> None:
    gym, user, other = add_gym(), member_with(), member_with()
    hold(user, gym, START)
    with clock.at(NOW + TEN - timedelta(seconds=1)):
        assert book(other, gym, START).code == "slot_taken"
    with clock.at(NOW + TEN):
        assert [item for item in availability(gym, "2026-03-04") if item["starts_at"] == text(START)]
        assert book(other, gym, START).status == 201
        assert taken_slots() == 8
        assert book(user, gym, START).code == "slot_taken"


def test_a_part_of_an_expired_hold_can_be_booked_and_the_rest_is_freed() -> None:
    gym, user, other = add_gym(), member_with(), member_with()
    hold(user, gym, START)
    with clock.at(NOW + TEN):
        assert book(other, gym, START + timedelta(minutes=30), 30).status == 201
    assert taken_slots() == 6
    assert [run_out(NOW + TEN) for _ in range(2)] == [1, 0]
    assert taken_slots() == 4
    assert holds_in_table()[0]["holds"]["S"] == "[]"


def test_a_job_finds_what_has_expired() -> None:
    gym, user = add_gym(), member_with()
    hold(user, gym, START)
    with clock.at(NOW + timedelta(minutes=5)):
        hold(user, add_gym(latitude=53.0), START)
    assert run_out(NOW + TEN - timedelta(seconds=1)) == 0
    assert (run_out(NOW + TEN), taken_slots()) == (1, 4)
    assert (run_out(NOW + TEN), taken_slots()) == (0, 4)
    assert (run_out(NOW + timedelta(minutes=15)), taken_slots()) == (1, 0)


def test_of_two_who_want_to_hold_one_gets_it() -> None:
    gym, user, other = add_gym(), member_with(), member_with()
    meanwhile(lambda: hold(other, gym, START))
    assert hold(user, gym, START).code == "slot_taken"
    assert taken_slots() == 4


def test_a_gym_that_changes_meanwhile_is_judged_again() -> None:
    gym, user = add_gym(), member_with()
    meanwhile(lambda: change_gym(gym, status="maintenance"))
    assert hold(user, gym, START).code == "gym_not_active"


def test_a_repeat_under_one_key() -> None:
    gym, user = add_gym(), member_with()
    first, again = (hold(user, gym, START, key="one") for _ in range(2))
    assert (again.json, again.headers["Idempotent-Replayed"]) == (first.json, "true")
    assert credits_of(user) == 100

"""POST /gyms/{gym_id}/inductions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from gym.inductions.endpoints.request_induction import handler
from solo60 import clock
from solo60.ids import new_id
from tests.conftest import call
from tests.fakes.meanwhile import meanwhile
from tests.handlers.gym.inductions.inducting import (
    DAY,
    HOUR,
    ask,
    asked,
    book,
    cancel,
    complete,
    is_free,
    mine,
    miss,
    told,
)
from tests.handlers.session import world
from tests.handlers.session.world import NOW, START

pytestmark = pytest.mark.usefixtures("tables")


def test_an_induction_takes_an_hour_of_the_gym(member: str, make_member: Callable[[], str]) -> None:
    gym_id = world.add_gym(requires_induction=True)
    other = make_member()
    world.give_credits(other, 100)
    world.induct(other, gym_id, world.FAR)
    answer = ask(member, gym_id)
    assert (answer.status, answer.headers["ETag"]) == (201, '"1"')
    induction = {
        "id": answer.json["id"],
        "user_id": member,
        "gym_id": gym_id,
        "gym_name": "Soho",
        "timezone": "Europe/London",
        "starts_at": "2026-03-04T18:00:00Z",
        "ends_at": "2026-03-04T19:00:00Z",
        "status": "requested",
        "requested_at": clock.to_rfc3339(NOW),
        "completed_at": None,
        "valid_until": None,
        "valid": False,
        "version": 1,
    }
    assert answer.json == induction
    assert mine(member) == [induction]
    assert book(other, gym_id, START + HOUR).code == "slot_taken"
    assert not is_free(gym_id, START)
    assert book(other, gym_id, START + timedelta(minutes=75)).status == 201
    [event] = told("InductionRequested")
    assert event == {
        "induction_id": answer.json["id"],
        **{name: induction[name] for name in ("user_id", "gym_id", "gym_name", "timezone", "starts_at", "ends_at")},
    }


def test_to_ask_is_not_to_have_one(member: str) -> None:
    gym_id = world.add_gym(requires_induction=True)
    world.give_credits(member, 100)
    asked(member, gym_id)
    assert book(member, gym_id, START + DAY).code == "induction_required"


def test_a_new_one_leaves_the_validity_of_the_old_one_alone(member: str) -> None:
    gym_id = world.add_gym(requires_induction=True)
    world.give_credits(member, 100)
    world.induct(member, gym_id, START + 3 * DAY)
    asked(member, gym_id)
    assert book(member, gym_id, START + DAY).status == 201


@pytest.mark.parametrize(
    ("rules", "minutes"),
    [
        ({"min_duration": 30}, 60),
        ({"min_duration": 90}, 90),
        ({"min_duration": 75, "slot_minutes": 30}, 90),
        ({"min_duration": 30, "max_duration": 45}, 45),
        ({"min_duration": 30, "max_duration": 45, "slot_minutes": 30}, 30),
    ],
)
def test_it_lasts_an_hour_or_as_near_to_it_as_a_session_may(member: str, rules: dict[str, Any], minutes: int) -> None:
    answer = ask(member, world.add_gym(**rules))
    assert clock.from_rfc3339(answer.json["ends_at"]) - START == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("changes", "starts_at", "code"),
    [
        ({"status": "maintenance"}, START, "gym_not_active"),
        ({"status": "archived"}, START, "gym_not_active"),
        ({}, START + timedelta(minutes=7), "off_grid"),
        ({}, START + timedelta(seconds=1), "off_grid"),
        ({}, NOW - DAY, "too_soon"),
        ({}, NOW + timedelta(minutes=15), "too_soon"),
        ({}, NOW + 31 * DAY, "beyond_horizon"),
        ({"opening_hours": {"wednesday": [{"opens": "08:00", "closes": "18:45"}]}}, START, "gym_closed"),
    ],
)
def test_it_is_at_a_time_at_which_the_gym_can_be_booked(
    member: str, changes: dict[str, Any], starts_at: datetime, code: str
) -> None:
    refused = ask(member, world.add_gym(**changes), starts_at)
    assert (refused.status, refused.code) == (409, code)
    assert mine(member) == []
    assert world.taken_slots() == 0


@pytest.mark.parametrize("minutes", [-75, -60, -45, 0, 45, 60])
def test_it_does_not_fall_into_what_is_booked_or_its_buffer(
    member: str, make_member: Callable[[], str], minutes: int
) -> None:
    gym_id, other = world.add_gym(), make_member()
    world.give_credits(other, 100)
    book(other, gym_id, START)
    answer = ask(member, gym_id, START + timedelta(minutes=minutes))
    assert answer.code == (None if minutes == -75 else "slot_taken")


def test_a_member_has_one_at_a_time_at_a_gym(member: str, make_member: Callable[[], str]) -> None:
    gym_id = world.add_gym()
    asked(member, gym_id)
    refused = ask(member, gym_id, START + DAY)
    assert (refused.status, refused.code) == (409, "induction_open")
    assert len(mine(member)) == 1
    assert is_free(gym_id, START + DAY)
    assert ask(make_member(), gym_id, START + DAY).status == 201
    assert ask(member, world.add_gym(), START + DAY).status == 201


@pytest.mark.parametrize("end", ["cancel", "complete", "miss"])
def test_another_one_may_follow_one_that_has_ended(member: str, end: str) -> None:
    gym_id = world.add_gym()
    first = asked(member, gym_id)
    ended = cancel(member, first) if end == "cancel" else {"complete": complete, "miss": miss}[end](first)
    assert ended.status == 200
    assert ask(member, gym_id, START + DAY, at=START + HOUR).status == 201


def test_one_that_nobody_has_settled_does_not_bar_the_next(member: str) -> None:
    gym_id = world.add_gym(induction_valid_days=10)
    first = asked(member, gym_id)
    assert ask(member, gym_id, START + DAY, at=START + HOUR - timedelta(seconds=1)).code == "induction_open"
    second = asked(member, gym_id, START + DAY, at=START + HOUR)
    assert complete(first).json["valid"] is True
    assert ask(member, gym_id, START + 2 * DAY, at=START + HOUR).code == "induction_open"
    assert complete(second, at=START + DAY).status == 200


def test_two_at_once_are_one(member: str) -> None:
    gym_id = world.add_gym()
    meanwhile(lambda: ask(member, gym_id, START + DAY))
    assert ask(member, gym_id).code == "induction_open"
    assert [induction["starts_at"] for induction in mine(member)] == [clock.to_rfc3339(START + DAY)]
    assert is_free(gym_id, START)


def test_of_two_members_at_once_one_has_the_time(member: str, make_member: Callable[[], str]) -> None:
    gym_id, other = world.add_gym(), make_member()
    meanwhile(lambda: ask(other, gym_id, START + timedelta(minutes=30)))
    assert ask(member, gym_id).code == "slot_taken"
    assert (len(mine(member)), len(mine(other))) == (0, 1)


def test_a_gym_that_changes_meanwhile_is_judged_again(member: str) -> None:
    gym_id = world.add_gym()
    meanwhile(lambda: world.change_gym(gym_id, status="maintenance"))
    assert ask(member, gym_id).code == "gym_not_active"
    assert world.taken_slots() == 0


def test_a_repeated_request_is_one_induction(member: str) -> None:
    gym_id = world.add_gym()
    first, again = ask(member, gym_id, key="1"), ask(member, gym_id, key="1")
    assert (again.status, again.text, again.headers["Idempotent-Replayed"]) == (201, first.text, "true")
    assert len(mine(member)) == 1


@pytest.mark.parametrize("starts_at", ["2026-03-04T18:00:00", "tomorrow", "1999-12-31T23:00:00Z", ""])
def test_a_start_is_an_instant_with_an_offset(member: str, starts_at: str) -> None:
    answer = ask(member, world.add_gym(), starts_at)
    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == ["/starts_at"]


def test_who_may_ask_at_which_gym(member: str) -> None:
    gym_id = world.add_gym()
    body = {"starts_at": clock.to_rfc3339(START)}
    assert call(handler, path={"gym_id": gym_id}, body=body).status == 401
    missing = ask(member, new_id())
    assert (missing.status, missing.code) == (404, "gym_not_found")

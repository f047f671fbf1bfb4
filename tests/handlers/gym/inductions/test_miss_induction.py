"""POST /admin/gyms/inductions/{induction_id}/no-show."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from gym.inductions.endpoints.miss_induction import handler
from solo60.ids import new_id
from tests.conftest import call
from tests.handlers.gym.inductions.inducting import DAY, HOUR, asked, book, complete, is_free, mine, miss, told
from tests.handlers.session import world
from tests.handlers.session.world import START

pytestmark = pytest.mark.usefixtures("tables")


def test_a_missed_one_is_valid_for_nothing(member: str) -> None:
    gym_id = world.add_gym(requires_induction=True)
    world.give_credits(member, 100)
    induction_id = asked(member, gym_id)
    answer = miss(induction_id, seen=1)
    assert (answer.status, answer.headers["ETag"]) == (200, '"2"')
    assert (answer.json["status"], answer.json["valid"], answer.json["valid_until"]) == ("missed", False, None)
    assert book(member, gym_id, START + DAY, at=START + HOUR).code == "induction_required"
    assert [event["induction_id"] for event in told("InductionMissed")] == [induction_id]


def test_the_validity_of_an_earlier_one_stays(member: str) -> None:
    gym_id = world.add_gym(requires_induction=True)
    world.give_credits(member, 100)
    world.induct(member, gym_id, START + 3 * DAY)
    miss(asked(member, gym_id))
    assert book(member, gym_id, START + DAY, at=START + HOUR).status == 201


@pytest.mark.parametrize("at", [START - DAY, START + timedelta(minutes=10)])
def test_what_is_left_of_its_time_is_free(member: str, at: datetime) -> None:
    gym_id = world.add_gym(min_duration=30, minimum_notice_minutes=0, buffer_minutes=0)
    miss(asked(member, gym_id), at=at)
    assert is_free(gym_id, START + timedelta(minutes=15), at=at)


def test_it_may_be_marked_weeks_later(member: str) -> None:
    assert miss(asked(member, world.add_gym()), at=START + 60 * DAY).status == 200


def test_what_has_ended_is_not_missed(member: str) -> None:
    done = asked(member, world.add_gym())
    complete(done)
    refused = miss(done)
    assert (refused.status, refused.code) == (409, "induction_not_open")
    assert miss(asked(member, world.add_gym()), seen=3).code == "stale_version"
    assert told("InductionMissed") == []


def test_who_may_mark_which(member: str) -> None:
    induction_id = asked(member, world.add_gym())
    path = {"induction_id": induction_id}
    assert call(handler, path=path).status == 401
    assert call(handler, user=member, path=path).status == 403
    missing = miss(new_id())
    assert (missing.status, missing.code) == (404, "induction_not_found")
    assert mine(member)[0]["status"] == "requested"

"""POST /gyms/inductions/{induction_id}/cancel."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from gym.inductions.endpoints.cancel_induction import handler
from solo60.ids import new_id
from tests.conftest import call
from tests.fakes.meanwhile import meanwhile
from tests.handlers.gym.inductions.inducting import DAY, asked, book, cancel, complete, is_free, mine, miss, told
from tests.handlers.session import world
from tests.handlers.session.world import START

pytestmark = pytest.mark.usefixtures("tables")


def test_a_cancelled_one_frees_its_time(member: str) -> None:
    gym_id = world.add_gym()
    induction_id = asked(member, gym_id)
    answer = cancel(member, induction_id, at=START - timedelta(seconds=1), seen=1)
    assert (answer.status, answer.headers["ETag"]) == (200, '"2"')
    assert answer.json == mine(member)[0]
    assert (answer.json["status"], answer.json["valid"]) == ("cancelled", False)
    assert is_free(gym_id, START)
    assert [event["induction_id"] for event in told("InductionCancelled")] == [induction_id]


def test_to_cancel_again_changes_nothing(member: str) -> None:
    induction_id = asked(member, world.add_gym())
    first = cancel(member, induction_id)
    again = cancel(member, induction_id)
    assert (again.status, again.json) == (200, first.json)
    assert len(told("InductionCancelled")) == 1


def test_the_validity_of_an_earlier_one_stays(member: str) -> None:
    gym_id = world.add_gym(requires_induction=True)
    world.give_credits(member, 100)
    world.induct(member, gym_id, START + 3 * DAY)
    cancel(member, asked(member, gym_id))
    assert book(member, gym_id, START + DAY).status == 201


def test_what_has_begun_or_ended_cannot_be_cancelled(member: str) -> None:
    begun, done, missed = (asked(member, world.add_gym()) for _ in range(3))
    complete(done, at=START - DAY)
    miss(missed, at=START - DAY)
    for induction_id, at in ((begun, START), (done, START - DAY), (missed, START - DAY)):
        refused = cancel(member, induction_id, at=at)
        assert (refused.status, refused.code) == (409, "induction_not_open")
    assert told("InductionCancelled") == []
    assert sorted(induction["status"] for induction in mine(member)) == ["completed", "missed", "requested"]


def test_others_inductions_are_not_there(member: str, make_member: Callable[[], str]) -> None:
    induction_id = asked(member, world.add_gym())
    assert call(handler, path={"induction_id": induction_id}).status == 401
    for user, wanted in ((make_member(), induction_id), (member, new_id())):
        missing = cancel(user, wanted)
        assert (missing.status, missing.code) == (404, "induction_not_found")
    assert mine(member)[0]["status"] == "requested"


def test_a_stale_version_is_refused_and_so_is_one_that_ends_meanwhile(member: str) -> None:
    induction_id = asked(member, world.add_gym())
    assert cancel(member, induction_id, seen=2).code == "stale_version"
    meanwhile(lambda: miss(induction_id, at=START - DAY))
    assert cancel(member, induction_id, seen=1).code == "stale_version"
    other = asked(member, world.add_gym())
    meanwhile(lambda: miss(other, at=START - DAY))
    assert cancel(member, other).code == "induction_not_open"

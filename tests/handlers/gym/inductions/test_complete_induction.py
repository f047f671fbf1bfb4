"""POST /admin/gyms/inductions/{induction_id}/complete, and what it lets its member book."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from gym.inductions.endpoints.complete_induction import handler
from infra_cdk.catalogue import table_name
from solo60 import clock
from solo60.ids import new_id
from tests.conftest import call
from tests.fakes.aws import fake_aws
from tests.fakes.meanwhile import meanwhile
from tests.handlers.gym.inductions.inducting import DAY, HOUR, asked, book, cancel, complete, is_free, mine, miss, told
from tests.handlers.session import world
from tests.handlers.session.world import START

pytestmark = pytest.mark.usefixtures("tables")
DONE = START + timedelta(minutes=50)


def test_it_is_valid_from_its_completion_on_for_as_long_as_the_gym_says(member: str) -> None:
    gym_id = world.add_gym(requires_induction=True, induction_valid_days=10, booking_horizon_days=30)
    world.give_credits(member, 100)
    induction_id = asked(member, gym_id)
    answer = complete(induction_id, at=DONE, seen=1)
    assert (answer.status, answer.headers["ETag"]) == (200, '"2"')
    ends = DONE + 10 * DAY
    shown = {"status": "completed", "completed_at": clock.to_rfc3339(DONE), "valid_until": clock.to_rfc3339(ends)}
    assert {name: answer.json[name] for name in shown} == shown
    assert answer.json["valid"] is True
    assert book(member, gym_id, START + 10 * DAY, at=DONE).status == 201
    assert book(member, gym_id, START + 10 * DAY + HOUR * 2, at=DONE).code == "induction_required"
    assert [induction["valid"] for induction in mine(member, at=ends - timedelta(seconds=1))] == [True]
    assert [induction["valid"] for induction in mine(member, at=ends)] == [False]
    [event] = told("InductionCompleted")
    assert (event["induction_id"], event["valid_until"]) == (induction_id, clock.to_rfc3339(ends))


def test_a_further_one_prolongs_and_never_shortens(member: str) -> None:
    gym_id = world.add_gym(requires_induction=True, induction_valid_days=5)
    world.give_credits(member, 100)
    world.induct(member, gym_id, START + 8 * DAY)
    answer = complete(asked(member, gym_id))
    assert answer.json["valid_until"] == clock.to_rfc3339(START + 8 * DAY)
    world.change_gym(gym_id, induction_valid_days=20)
    again = asked(member, gym_id, START + DAY, at=START + HOUR)
    assert complete(again, at=START + DAY).json["valid_until"] == clock.to_rfc3339(START + 21 * DAY)
    assert book(member, gym_id, START + 20 * DAY, at=START + DAY).status == 201


def test_it_keeps_its_time_once_it_has_begun_and_gives_it_back_before(member: str) -> None:
    early, running = world.add_gym(), world.add_gym()
    first, second = asked(member, early), asked(member, running)
    complete(first, at=START - DAY)
    complete(second, at=START)
    assert is_free(early, START, at=START - DAY)
    assert not is_free(running, START + timedelta(minutes=45), at=START)


def test_it_may_be_marked_weeks_later(member: str) -> None:
    induction_id = asked(member, world.add_gym())
    answer = complete(induction_id, at=START + 60 * DAY)
    assert (answer.status, answer.json["completed_at"]) == (200, clock.to_rfc3339(START + 60 * DAY))


def test_what_has_ended_is_not_completed(member: str) -> None:
    done, missed, cancelled = (asked(member, world.add_gym()) for _ in range(3))
    complete(done)
    miss(missed)
    cancel(member, cancelled)
    for induction_id in (done, missed, cancelled):
        refused = complete(induction_id)
        assert (refused.status, refused.code) == (409, "induction_not_open")
    assert len(told("InductionCompleted")) == 1


def test_a_stale_version_is_refused_and_so_is_one_that_ends_meanwhile(member: str) -> None:
    induction_id = asked(member, world.add_gym())
    assert complete(induction_id, seen=2).code == "stale_version"
    meanwhile(lambda: cancel(member, induction_id))
    assert complete(induction_id).code == "induction_not_open"
    assert told("InductionCompleted") == []


def test_another_one_that_is_asked_for_meanwhile_stays_open(member: str) -> None:
    gym_id = world.add_gym()
    first = asked(member, gym_id)
    meanwhile(lambda: asked(member, gym_id, START + DAY, at=START + HOUR))
    assert complete(first).status == 200
    assert [induction["status"] for induction in mine(member)] == ["requested", "completed"]
    assert complete(mine(member)[0]["id"], at=START + DAY).status == 200


def test_the_audit_log_says_so(member: str) -> None:
    induction_id = asked(member, world.add_gym())
    complete(induction_id)
    [line] = fake_aws().items(table_name("test", "user"), "audit_line")
    assert (line["object_kind"]["S"], line["object_id"]["S"]) == ("induction", induction_id)
    assert json.loads(line["changes"]["S"]) == {"status": {"before": "requested", "after": "completed"}}


def test_who_may_complete_which(member: str) -> None:
    induction_id = asked(member, world.add_gym())
    path = {"induction_id": induction_id}
    assert call(handler, path=path).status == 401
    assert call(handler, user=member, path=path).status == 403
    missing = complete(new_id())
    assert (missing.status, missing.code) == (404, "induction_not_found")
    assert mine(member)[0]["status"] == "requested"

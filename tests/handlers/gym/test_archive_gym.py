"""DELETE /admin/gyms/{gym_id}."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gym.endpoints.archive_gym import handler
from gym.endpoints.change_gym import handler as change_gym
from gym.endpoints.get_gym import handler as get_gym
from gym.endpoints.search_gyms import handler as search
from infra_cdk.catalogue import table_name
from solo60 import clock
from solo60.ids import new_id
from tests.conftest import Answer, call
from tests.fakes.aws import fake_aws
from tests.fakes.meanwhile import meanwhile
from tests.handlers.gym.favouring import add, listed
from tests.handlers.gym.making import ADMIN, gym
from tests.handlers.session import world

LISTS: tuple[dict[str, Any], ...] = ({}, {"sort": "price"}, {"sort": "rating"}, {"lat": 51.5255, "lon": -0.0876})


def archive(gym_id: str, if_match: str | None = None) -> Answer:
    headers = {} if if_match is None else {"If-Match": if_match}
    return call(handler, user=ADMIN, admin=True, path={"gym_id": gym_id}, headers=headers)


def change(gym_id: str, body: dict[str, Any]) -> Answer:
    return call(change_gym, user=ADMIN, admin=True, path={"gym_id": gym_id}, body=body)


def shown(gym_id: str) -> Any:
    return call(get_gym, path={"gym_id": gym_id}).json


def found(**query: Any) -> list[str]:
    return [item["name"] for item in call(search, query=query).json["items"]]


@pytest.mark.usefixtures("tables")
def test_an_archived_gym_leaves_the_search_and_stays_in_its_history(member: str) -> None:
    before = gym()
    add(member, before["id"])
    answer = archive(before["id"], '"1"')
    assert (answer.status, answer.text) == (204, "")
    assert [found(**query) for query in LISTS] == [[], [], [], []]
    assert shown(before["id"]) == {**before, "status": "archived", "version": 2}
    assert listed(member) == [before["id"]]


@pytest.mark.usefixtures("tables")
def test_it_takes_no_new_bookings_and_keeps_those_that_stand(member: str) -> None:
    gym_id = world.add_gym()
    world.give_credits(member, 100)
    with clock.at(world.NOW):
        booked = world.book(member, gym_id, world.START)
        archive(gym_id)
        refused = world.book(member, gym_id, world.START.replace(hour=10))
        assert (refused.status, refused.code) == (409, "gym_not_active")
        cancelled = world.cancel(member, booked.json["id"])
        assert (cancelled.status, cancelled.json["refunded_credits"]) == (200, 8)


@pytest.mark.usefixtures("tables")
def test_a_booking_that_is_being_made_meanwhile_is_judged_again(member: str) -> None:
    gym_id = world.add_gym()
    world.give_credits(member, 100)
    with clock.at(world.NOW):
        meanwhile(lambda: archive(gym_id))
        refused = world.book(member, gym_id, world.START)
    assert (refused.status, refused.code) == (409, "gym_not_active")
    assert world.credits_of(member) == 100


@pytest.mark.usefixtures("tables")
def test_archiving_again_changes_nothing_whatever_version_was_seen() -> None:
    gym_id = gym()["id"]
    for tag in ('"1"', '"1"', None):
        assert archive(gym_id, tag).status == 204
    assert shown(gym_id)["version"] == 2
    lines = fake_aws().items(table_name("test", "user"), "audit_line")
    archived = [line for line in lines if line["operation"]["S"] == "archive_gym"]
    assert [json.loads(line["changes"]["S"]) for line in archived] == [
        {"status": {"before": "active", "after": "archived"}}
    ]


@pytest.mark.usefixtures("tables")
def test_another_status_brings_it_back() -> None:
    gym_id = gym()["id"]
    archive(gym_id)
    assert change(gym_id, {"status": "active"}).status == 200
    assert [found(**query) for query in LISTS] == [["Old Street"]] * 4


@pytest.mark.usefixtures("tables")
def test_a_change_of_others_is_kept_or_refuses_whoever_has_not_seen_it() -> None:
    gym_id = gym()["id"]
    meanwhile(lambda: change(gym_id, {"name": "Theirs"}))
    assert archive(gym_id, '"1"').code == "stale_version"
    assert shown(gym_id)["status"] == "active"
    meanwhile(lambda: change(gym_id, {"name": "Again"}))
    assert archive(gym_id).status == 204
    assert (shown(gym_id)["name"], shown(gym_id)["status"]) == ("Again", "archived")


@pytest.mark.usefixtures("tables")
def test_who_may_archive_which_gym() -> None:
    gym_id = gym()["id"]
    assert call(handler, path={"gym_id": gym_id}).status == 401
    assert call(handler, user=new_id(), path={"gym_id": gym_id}).status == 403
    missing = archive(new_id())
    assert (missing.status, missing.code) == (404, "gym_not_found")
    assert archive("nonsense").status == 422
    assert shown(gym_id)["status"] == "active"

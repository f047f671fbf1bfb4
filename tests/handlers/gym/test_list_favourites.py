"""GET /gyms/favourites."""

from __future__ import annotations

import pytest

from gym.endpoints.change_gym import handler as change_gym
from gym.endpoints.list_favourites import handler as list_favourites
from solo60.ids import new_id
from tests.conftest import call
from tests.handlers.gym.favouring import add, listed, remove
from tests.handlers.gym.making import ADMIN, gym


@pytest.mark.usefixtures("tables")
def test_favourites_are_mine_and_the_newest_comes_first(member: str) -> None:
    first, second = gym(name="First"), gym(name="Second")
    answer = add(member, first["id"])
    assert (answer.status, answer.text) == (204, "")
    add(member, second["id"], 1)
    items = call(list_favourites, user=member).json["items"]
    assert [(item["name"], item["favourited_at"]) for item in items] == [
        ("Second", "2026-03-02T10:01:00Z"),
        ("First", "2026-03-02T10:00:00Z"),
    ]
    assert items[0]["credits_from"] == 10
    assert listed(new_id()) == []


@pytest.mark.usefixtures("tables")
def test_a_gym_that_closed_stays_with_its_status(member: str) -> None:
    gym_id = gym()["id"]
    add(member, gym_id)
    call(change_gym, user=ADMIN, admin=True, path={"gym_id": gym_id}, body={"status": "archived"})
    assert [item["status"] for item in call(list_favourites, user=member).json["items"]] == ["archived"]


@pytest.mark.usefixtures("tables")
def test_pages_give_the_complete_list_while_it_changes(member: str) -> None:
    gyms = [gym(name=f"Gym {number}")["id"] for number in range(7)]
    for minute, gym_id in enumerate(gyms):
        add(member, gym_id, minute)
    first = call(list_favourites, user=member, query={"limit": 3}).json
    assert [item["id"] for item in first["items"]] == gyms[6:3:-1]
    remove(member, gyms[4])
    newest = gym()["id"]
    add(member, newest, 60)
    second = call(list_favourites, user=member, query={"limit": 3, "cursor": first["next_cursor"]}).json
    assert [item["id"] for item in second["items"]] == gyms[3:0:-1]
    last = call(list_favourites, user=member, query={"limit": 3, "cursor": second["next_cursor"]}).json
    assert [item["id"] for item in last["items"]] == gyms[:1]
    assert last["next_cursor"] is None


@pytest.mark.usefixtures("tables")
def test_a_cursor_is_bound_to_its_reader(member: str) -> None:
    for minute in range(2):
        add(member, gym()["id"], minute)
    cursor = call(list_favourites, user=member, query={"limit": 1}).json["next_cursor"]
    for user, text in ((new_id(), cursor), (member, cursor[:-1]), (member, "x")):
        answer = call(list_favourites, user=user, query={"limit": 1, "cursor": text})
        assert (answer.status, answer.code) == (400, "invalid_cursor")


def test_it_needs_a_member() -> None:
    assert call(list_favourites).status == 401

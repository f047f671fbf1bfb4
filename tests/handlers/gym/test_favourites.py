"""GET /gyms/favourites, PUT and DELETE /gyms/{gym_id}/favourite."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gym.endpoints.add_favourite import handler as add_favourite
from gym.endpoints.change_gym import handler as change_gym
from gym.endpoints.list_favourites import handler as list_favourites
from gym.endpoints.remove_favourite import handler as remove_favourite
from gym.favourite_repository import FavouriteRepository
from solo60 import clock
from solo60.ids import new_id
from solo60.standing import Standing, standing_key
from tests.conftest import Answer, call
from tests.handlers.gym.making import ADMIN, gym

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def add(user: str, gym_id: str, minute: int = 0) -> Answer:
    with clock.at(NOW + timedelta(minutes=minute)):
        return call(add_favourite, user=user, path={"gym_id": gym_id})


def remove(user: str, gym_id: str) -> Answer:
    return call(remove_favourite, user=user, path={"gym_id": gym_id})


def listed(user: str, **query: Any) -> list[str]:
    return [item["id"] for item in call(list_favourites, user=user, query=query).json["items"]]


def ban(user: str) -> None:
    key = standing_key(user)
    Standing(key.pk, key.sk, banned_until=clock.now() + timedelta(days=1)).save()


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
def test_adding_and_removing_twice_changes_nothing(member: str) -> None:
    first, second = gym()["id"], gym()["id"]
    add(member, first)
    add(member, second, 1)
    assert add(member, first, 2).status == 204
    assert listed(member) == [second, first]
    for _ in range(2):
        assert remove(member, first).status == 204
        assert listed(member) == [second]
    assert add(member, first, 3).status == 204
    assert listed(member) == [first, second]


@pytest.mark.usefixtures("tables")
def test_an_unknown_gym_is_404_to_add_and_nothing_to_remove(member: str) -> None:
    answer = add(member, new_id())
    assert (answer.status, answer.code) == (404, "gym_not_found")
    assert remove(member, new_id()).status == 204
    assert add(member, "nonsense").status == 422
    assert listed(member) == []


@pytest.mark.usefixtures("tables")
def test_a_gym_that_closed_stays_with_its_status(member: str) -> None:
    gym_id = gym()["id"]
    add(member, gym_id)
    call(change_gym, user=ADMIN, admin=True, path={"gym_id": gym_id}, body={"status": "archived"})
    assert [item["status"] for item in call(list_favourites, user=member).json["items"]] == ["archived"]


@pytest.mark.usefixtures("tables")
def test_pages_join_to_the_whole_list_while_it_changes(member: str) -> None:
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


@pytest.mark.usefixtures("tables")
def test_a_banned_member_writes_nothing(member: str) -> None:
    kept, other = gym()["id"], gym()["id"]
    add(member, kept)
    ban(member)
    for answer in (call(add_favourite, user=member, path={"gym_id": other}), remove(member, kept)):
        assert (answer.status, answer.code) == (403, "account_banned")
    assert listed(member) == [kept]


@pytest.mark.usefixtures("tables")
def test_a_favourite_that_is_added_again_while_it_is_removed_is_removed(
    member: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gym_id = gym()["id"]
    add(member, gym_id)
    original = FavouriteRepository.remove

    def overtaken(self: FavouriteRepository, user_id: str, gym: str, entry: str, *, changed: Exception) -> None:
        monkeypatch.setattr(FavouriteRepository, "remove", original)
        remove(member, gym_id)
        add(member, gym_id, 5)
        original(self, user_id, gym, entry, changed=changed)

    monkeypatch.setattr(FavouriteRepository, "remove", overtaken)
    assert remove(member, gym_id).status == 204
    assert listed(member) == []


def test_favourites_need_a_member() -> None:
    for handler in (add_favourite, remove_favourite):
        assert call(handler, path={"gym_id": new_id()}).status == 401
    assert call(list_favourites).status == 401

"""PATCH /admin/gyms/{gym_id}."""

from __future__ import annotations

from typing import Any

import pytest

from gym.endpoints.change_gym import handler
from gym.endpoints.get_gym import handler as get_gym
from gym.endpoints.search_gyms import handler as search
from gym.records import Gym
from gym.repository import GymRepository, gym_key
from solo60.ids import new_id
from solo60.transaction import Transaction
from tests.conftest import Answer, call
from tests.handlers.gym.making import ADMIN, gym


def change(gym_id: str, body: Any, if_match: str | None = None) -> Answer:
    headers = {} if if_match is None else {"If-Match": if_match}
    return call(handler, user=ADMIN, admin=True, path={"gym_id": gym_id}, body=body, headers=headers)


def names(**query: Any) -> list[str]:
    return [item["name"] for item in call(search, query=query).json["items"]]


@pytest.mark.usefixtures("tables")
def test_what_is_given_changes_and_the_rest_stays() -> None:
    before = gym(description="Quiet", amenities=["shower"])
    answer = change(before["id"], {"name": "New Street", "credits_per_hour": 8}, '"1"')
    assert answer.status == 200
    assert answer.headers["ETag"] == '"2"'
    assert answer.json == {**before, "name": "New Street", "credits_per_hour": 8, "credits_from": 8, "version": 2}
    assert call(get_gym, path={"gym_id": before["id"]}).json == answer.json


@pytest.mark.usefixtures("tables")
def test_the_lowest_price_follows_all_that_decides_it() -> None:
    night = {"name": "Night", "weekdays": ["monday"], "from": "02:00", "to": "04:00", "credits_per_hour": 2}
    gym_id = gym(price_bands=[night])["id"]

    def after(**changes: Any) -> int:
        shown: int = change(gym_id, changes).json["credits_from"]
        (found,) = call(search, query={"max_credits": shown, "sort": "price"}).json["items"]
        assert found["credits_from"] == shown
        return shown

    assert after(description="") == 2
    assert after(max_duration=480, min_duration=240) == 6
    assert after(min_duration=60) == 2
    assert after(opening_hours={"monday": [{"opens": "03:30", "closes": "22:00"}]}) == 6
    assert after(slot_minutes=60) == 10
    assert after(price_bands=[{**night, "credits_per_hour": 30, "from": "00:00", "to": "24:00"}, night]) == 10
    assert after(credits_per_hour=40) == 30


@pytest.mark.usefixtures("tables")
def test_hours_of_days_that_are_not_given_stay() -> None:
    before = gym()
    answer = change(before["id"], {"opening_hours": {"monday": []}})
    assert answer.json["opening_hours"] == {**before["opening_hours"], "monday": []}
    clash = {"sunday": [{"opens": "22:00", "closes": "08:00"}], "monday": [{"opens": "07:00", "closes": "09:00"}]}
    assert change(before["id"], {"opening_hours": {"monday": clash["monday"]}}).status == 200
    assert change(before["id"], {"opening_hours": {"sunday": clash["sunday"]}}).status == 422


@pytest.mark.usefixtures("tables")
def test_a_moved_gym_is_found_where_it_is_now() -> None:
    gym_id = gym()["id"]
    change(gym_id, {"latitude": 48.8566, "longitude": 2.3522, "timezone": "Europe/Paris"})
    assert names(lat=51.5255, lon=-0.0876) == []
    assert names(lat=48.8566, lon=2.3522) == ["Old Street"]


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("status", ["maintenance", "archived"])
def test_a_gym_that_is_not_active_leaves_every_list_and_can_come_back(status: str) -> None:
    gym_id = gym()["id"]
    assert change(gym_id, {"status": status}).json["status"] == status
    for query in ({}, {"sort": "price"}, {"sort": "rating"}, {"lat": 51.5255, "lon": -0.0876}):
        assert names(**query) == []
    assert call(get_gym, path={"gym_id": gym_id}).json["status"] == status
    change(gym_id, {"status": "active"})
    for query in ({}, {"sort": "price"}, {"sort": "rating"}, {"lat": 51.5255, "lon": -0.0876}):
        assert names(**query) == ["Old Street"]


@pytest.mark.usefixtures("tables")
def test_a_stale_version_is_refused() -> None:
    gym_id = gym()["id"]
    change(gym_id, {"name": "Second"}, '"1"')
    for tag in ('"1"', '"3"', '"nonsense"', "2"):
        answer = change(gym_id, {"name": "Third"}, tag)
        assert (answer.status, answer.code) == (412, "stale_version")
    assert call(get_gym, path={"gym_id": gym_id}).json["name"] == "Second"


@pytest.mark.usefixtures("tables")
def test_a_change_after_a_concurrent_change_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    gym_id = gym()["id"]
    overtake(monkeypatch, gym_id)
    answer = change(gym_id, {"name": "Mine"}, '"1"')
    assert (answer.status, answer.code) == (412, "stale_version")
    assert call(get_gym, path={"gym_id": gym_id}).json["name"] == "Theirs"


@pytest.mark.usefixtures("tables")
def test_without_a_version_the_change_is_applied_to_what_is_there_by_then(monkeypatch: pytest.MonkeyPatch) -> None:
    gym_id = gym()["id"]
    overtake(monkeypatch, gym_id)
    answer = change(gym_id, {"capacity": 2})
    assert answer.status == 200
    assert (answer.json["name"], answer.json["capacity"], answer.json["version"]) == ("Theirs", 2, 3)


def overtake(monkeypatch: pytest.MonkeyPatch, gym_id: str) -> None:
    """Let another administrator's change commit between the next change's read and its write."""
    original = GymRepository.change

    def overtaken(self: GymRepository, transaction: Transaction, before: Gym, after: Gym, **rest: Any) -> None:
        monkeypatch.setattr(GymRepository, "change", original)
        assert change(gym_id, {"name": "Theirs"}).status == 200
        original(self, transaction, before, after, **rest)

    monkeypatch.setattr(GymRepository, "change", overtaken)


@pytest.mark.usefixtures("tables")
def test_ratings_that_are_counted_concurrently_survive_a_change() -> None:
    gym_id = gym()["id"]
    key = gym_key(gym_id)
    Gym(key.pk, key.sk).update([Gym.rating_sum.set(9), Gym.rating_count.set(2)])
    assert change(gym_id, {"name": "Rated"}, '"1"').json["rating"] == {"average": 4.5, "count": 2}


@pytest.mark.usefixtures("tables")
def test_a_change_that_changes_nothing_keeps_the_version() -> None:
    before = gym()
    for body in ({}, {"name": before["name"]}):
        answer = change(before["id"], body, '"1"')
        assert (answer.status, answer.json, answer.headers["ETag"]) == (200, before, '"1"')


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": None}, "/name"),
        ({"min_duration": 300}, "/max_duration"),
        ({"max_duration": 30}, "/max_duration"),
        ({"timezone": "Mars/Base"}, "/timezone"),
        ({"version": 7}, "/version"),
        ({"equipment": []}, "/equipment"),
    ],
)
def test_what_does_not_fit_is_refused(body: dict[str, Any], field: str) -> None:
    before = gym()
    answer = change(before["id"], body)
    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == [field]
    assert call(get_gym, path={"gym_id": before["id"]}).json == before


@pytest.mark.usefixtures("tables")
def test_who_may_change_which_gym() -> None:
    gym_id = gym()["id"]
    assert call(handler, path={"gym_id": gym_id}, body={"name": "X"}).status == 401
    assert call(handler, user=new_id(), path={"gym_id": gym_id}, body={"name": "X"}).status == 403
    missing = change(new_id(), {"name": "X"})
    assert (missing.status, missing.code) == (404, "gym_not_found")
    assert change("nonsense", {"name": "X"}).status == 422

"""POST /admin/gyms/{gym_id}/equipment."""

from __future__ import annotations

from typing import Any

import pytest

from gym.endpoints.get_gym import handler as get_gym
from gym.endpoints.search_gyms import handler as search
from gym.equipment.endpoints.add_equipment import handler
from solo60.ids import new_id
from tests.conftest import call
from tests.fakes.meanwhile import meanwhile
from tests.handlers.gym.equipment.equipping import RACK, add, equipment
from tests.handlers.gym.making import gym


def found(**query: Any) -> list[str]:
    return [item["name"] for item in call(search, query=query).json["items"]]


@pytest.mark.usefixtures("tables")
def test_equipment_that_is_added_is_shown_and_the_gym_is_found_by_it() -> None:
    gym_id = gym()["id"]
    assert found(equipment="POWER rack") == []
    answer = add(gym_id)
    assert (answer.status, answer.headers["ETag"]) == (201, '"2"')
    assert answer.json == {"id": answer.json["id"], **RACK, "quantity": 1, "in_service": True}
    assert equipment(gym_id) == [answer.json]
    shown = call(get_gym, path={"gym_id": gym_id})
    assert (shown.json["equipment"], shown.headers["ETag"]) == ([answer.json], '"2"')
    assert found(equipment=["POWER rack", "strength"]) == ["Old Street"]


@pytest.mark.usefixtures("tables")
def test_no_search_finds_a_gym_by_equipment_that_is_added_out_of_service() -> None:
    gym_id = gym()["id"]
    assert add(gym_id, {**RACK, "quantity": 3, "in_service": False}).json["in_service"] is False
    assert found(equipment="power rack") == found(equipment="strength") == []


@pytest.mark.usefixtures("tables")
def test_two_of_a_kind_are_two_and_a_repeated_request_is_one() -> None:
    gym_id = gym()["id"]
    first, again, other = add(gym_id, key="1"), add(gym_id, key="1"), add(gym_id, key="2")
    assert (again.status, again.text, again.headers["ETag"]) == (201, first.text, '"2"')
    assert sorted(item["id"] for item in equipment(gym_id)) == [first.json["id"], other.json["id"]]
    assert add(gym_id, {**RACK, "quantity": 2}, key="1").code == "idempotency_key_reused"


@pytest.mark.usefixtures("tables")
def test_a_gym_has_a_hundred_kinds_at_most() -> None:
    gym_id = gym(equipment=[RACK] * 99)["id"]
    meanwhile(lambda: add(gym_id))
    refused = add(gym_id)
    assert (refused.status, refused.code) == (409, "too_much_equipment")
    assert len(equipment(gym_id)) == 100


@pytest.mark.usefixtures("tables")
def test_what_is_added_at_the_same_time_is_all_there() -> None:
    gym_id = gym()["id"]
    meanwhile(lambda: add(gym_id, {"name": "Rower", "category": "cardio"}))
    assert add(gym_id).headers["ETag"] == '"3"'
    assert [item["name"] for item in equipment(gym_id)] == ["Power rack", "Rower"]


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["/name", "/category"]),
        ({"name": " ", "category": "x" * 41}, ["/name", "/category"]),
        ({**RACK, "quantity": 0}, ["/quantity"]),
        ({**RACK, "quantity": 101, "in_service": None}, ["/quantity", "/in_service"]),
        ({**RACK, "id": new_id()}, ["/id"]),
    ],
)
def test_what_does_not_fit_is_refused(body: dict[str, Any], fields: list[str]) -> None:
    gym_id = gym()["id"]
    answer = add(gym_id, body)
    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == fields
    assert equipment(gym_id) == []


@pytest.mark.usefixtures("tables")
def test_who_may_add_to_which_gym() -> None:
    gym_id = gym()["id"]
    assert call(handler, path={"gym_id": gym_id}, body=RACK).status == 401
    assert call(handler, user=new_id(), path={"gym_id": gym_id}, body=RACK).status == 403
    missing = add(new_id())
    assert (missing.status, missing.code) == (404, "gym_not_found")
    assert equipment(gym_id) == []

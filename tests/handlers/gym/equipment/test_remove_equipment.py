"""DELETE /admin/gyms/{gym_id}/equipment/{equipment_id}."""

from __future__ import annotations

import pytest

from gym.equipment.endpoints.remove_equipment import handler
from solo60.ids import new_id
from tests.conftest import call, outbox
from tests.fakes.meanwhile import meanwhile
from tests.handlers.gym.equipment.equipping import add, added, change, equipment, remove
from tests.handlers.gym.making import gym


@pytest.mark.usefixtures("tables")
def test_removed_equipment_is_gone_and_that_is_told_once() -> None:
    gym_id = gym()["id"]
    rower, rack = added(gym_id, name="Rower", category="cardio"), added(gym_id)
    answer = remove(gym_id, rack)
    assert (answer.status, answer.text) == (204, "")
    assert remove(gym_id, rack).status == 204
    assert [item["id"] for item in equipment(gym_id)] == [rower]
    [told] = outbox("gym")
    assert (told["detail_type"], told["data"]) == (
        "EquipmentRemoved",
        {
            "gym_id": gym_id,
            "gym_name": "Old Street",
            "equipment_id": rack,
            "name": "Power rack",
            "category": "strength",
            "was_in_service": True,
            "last_of_category": True,
        },
    )


@pytest.mark.usefixtures("tables")
def test_what_was_out_of_service_is_missed_by_no_session() -> None:
    gym_id = gym()["id"]
    rack, bench = added(gym_id), added(gym_id, name="Bench")
    change(gym_id, rack, {"in_service": False})
    remove(gym_id, rack)
    remove(gym_id, bench)
    told = [event["data"] for event in outbox("gym", "EquipmentRemoved")]
    assert [(data["was_in_service"], data["last_of_category"]) for data in told] == [(False, False), (True, True)]


@pytest.mark.usefixtures("tables")
def test_changes_that_others_make_meanwhile_stay() -> None:
    gym_id = gym()["id"]
    rack = added(gym_id)
    meanwhile(lambda: add(gym_id, {"name": "Bike", "category": "cardio"}))
    assert remove(gym_id, rack).status == 204
    assert [item["name"] for item in equipment(gym_id)] == ["Bike"]


@pytest.mark.usefixtures("tables")
def test_who_may_remove_from_which_gym() -> None:
    gym_id = gym()["id"]
    rack = added(gym_id)
    path = {"gym_id": gym_id, "equipment_id": rack}
    assert call(handler, path=path).status == 401
    assert call(handler, user=new_id(), path=path).status == 403
    missing = remove(new_id(), rack)
    assert (missing.status, missing.code) == (404, "gym_not_found")
    assert remove(gym()["id"], rack).status == 204
    assert [item["id"] for item in equipment(gym_id)] == [rack]

"""PATCH /admin/gyms/{gym_id}/equipment/{equipment_id}."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gym.endpoints.search_gyms import handler as search
from gym.equipment.endpoints.change_equipment import handler
from infra_cdk.catalogue import table_name
from solo60.ids import new_id
from tests.conftest import call, outbox
from tests.fakes.aws import fake_aws
from tests.fakes.meanwhile import meanwhile
from tests.handlers.gym.equipment.equipping import add, added, change, equipment, remove
from tests.handlers.gym.making import gym


def found(**query: Any) -> list[str]:
    return [item["name"] for item in call(search, query=query).json["items"]]


def told() -> list[tuple[str, Any]]:
    return [(event["detail_type"], event["data"]) for event in outbox("gym")]


@pytest.mark.usefixtures("tables")
def test_what_is_given_changes_and_the_rest_stays() -> None:
    gym_id = gym()["id"]
    rower = added(gym_id, name="Rower", category="cardio")
    rack = added(gym_id)
    answer = change(gym_id, rack, {"name": "Half rack", "quantity": 2}, '"3"')
    assert (answer.status, answer.headers["ETag"]) == (200, '"4"')
    assert answer.json == {
        "id": rack,
        "name": "Half rack",
        "category": "strength",
        "quantity": 2,
        "in_service": True,
    }
    assert [item["name"] for item in equipment(gym_id)] == ["Rower", "Half rack"]
    assert equipment(gym_id)[0]["id"] == rower
    assert told() == []


@pytest.mark.usefixtures("tables")
def test_the_search_finds_what_is_in_service() -> None:
    gym_id = gym()["id"]
    rack = added(gym_id)
    change(gym_id, rack, {"in_service": False})
    assert found(equipment="strength") == []
    assert equipment(gym_id)[0]["in_service"] is False
    change(gym_id, rack, {"in_service": True})
    assert found(equipment="strength") == ["Old Street"]


@pytest.mark.usefixtures("tables")
def test_taking_it_out_of_service_and_putting_it_back_is_told_once_each() -> None:
    gym_id = gym()["id"]
    added(gym_id, name="Bench", category="Strength")
    rack = added(gym_id)
    named = {
        "gym_id": gym_id,
        "gym_name": "Old Street",
        "equipment_id": rack,
        "name": "Power rack",
        "category": "strength",
    }
    change(gym_id, rack, {"in_service": False, "name": "Broken rack"})
    change(gym_id, rack, {"in_service": False})
    assert told() == [("EquipmentOutOfService", {**named, "last_of_category": False})]
    change(gym_id, rack, {"in_service": True, "name": "Power rack"})
    assert told()[1:] == [("EquipmentBackInService", named)]


@pytest.mark.usefixtures("tables")
def test_it_is_told_whether_anything_else_of_the_category_is_in_service() -> None:
    gym_id = gym()["id"]
    rack, bench = added(gym_id), added(gym_id, name="Bench", category="STRENGTH")
    added(gym_id, name="Rower", category="cardio")
    for item in (bench, rack):
        change(gym_id, item, {"in_service": False})
    assert [data["last_of_category"] for _, data in told()] == [False, True]


@pytest.mark.usefixtures("tables")
def test_a_change_that_changes_nothing_keeps_the_version() -> None:
    gym_id = gym()["id"]
    rack = added(gym_id)
    for body in ({}, {"in_service": True, "quantity": 1}):
        assert change(gym_id, rack, body, '"2"').headers["ETag"] == '"2"'
    lines = fake_aws().items(table_name("test", "user"), "audit_line")
    assert "change_equipment" not in {line["operation"]["S"] for line in lines}


@pytest.mark.usefixtures("tables")
def test_a_stale_version_is_refused_also_where_it_becomes_stale_meanwhile() -> None:
    gym_id = gym()["id"]
    rack = added(gym_id)
    for tag in ('"1"', '"nonsense"'):
        assert change(gym_id, rack, {"quantity": 2}, tag).code == "stale_version"
    meanwhile(lambda: add(gym_id))
    answer = change(gym_id, rack, {"in_service": False}, '"2"')
    assert (answer.status, answer.code) == (412, "stale_version")
    assert [item["in_service"] for item in equipment(gym_id)] == [True, True]
    assert told() == []


@pytest.mark.usefixtures("tables")
def test_without_a_version_it_is_applied_to_what_is_there_by_then() -> None:
    gym_id = gym()["id"]
    rack = added(gym_id)
    meanwhile(lambda: change(gym_id, rack, {"name": "Theirs"}))
    assert change(gym_id, rack, {"quantity": 2}).json["name"] == "Theirs"
    meanwhile(lambda: remove(gym_id, rack))
    assert change(gym_id, rack, {"in_service": False}).code == "equipment_not_found"
    assert [name for name, _ in told()] == ["EquipmentRemoved"]


@pytest.mark.usefixtures("tables")
def test_the_audit_log_says_what_changed() -> None:
    gym_id = gym()["id"]
    rack = added(gym_id)
    change(gym_id, rack, {"in_service": False})
    line = fake_aws().items(table_name("test", "user"), "audit_line")[-1]
    assert (line["object_kind"]["S"], line["object_id"]["S"]) == ("equipment", rack)
    assert json.loads(line["changes"]["S"]) == {"gym_id": gym_id, "in_service": {"before": True, "after": False}}


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": None}, "/name"),
        ({"quantity": 0}, "/quantity"),
        ({"id": new_id()}, "/id"),
        ({"category": ""}, "/category"),
    ],
)
def test_what_does_not_fit_is_refused(body: dict[str, Any], field: str) -> None:
    gym_id = gym()["id"]
    answer = change(gym_id, added(gym_id), body)
    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == [field]


@pytest.mark.usefixtures("tables")
def test_who_may_change_which_equipment() -> None:
    gym_id, other = gym()["id"], gym()["id"]
    rack = added(gym_id)
    path = {"gym_id": gym_id, "equipment_id": rack}
    assert call(handler, path=path, body={"quantity": 2}).status == 401
    assert call(handler, user=new_id(), path=path, body={"quantity": 2}).status == 403
    for place, code in (
        ((new_id(), rack), "gym_not_found"),
        ((gym_id, new_id()), "equipment_not_found"),
        ((other, rack), "equipment_not_found"),
    ):
        answer = change(place[0], place[1], {"quantity": 2})
        assert (answer.status, answer.code) == (404, code)
    assert equipment(gym_id)[0]["quantity"] == 1

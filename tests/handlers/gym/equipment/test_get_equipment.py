"""GET /gyms/{gym_id}/equipment."""

from __future__ import annotations

import pytest

from gym.equipment.endpoints.get_equipment import handler
from solo60.ids import new_id
from tests.conftest import call
from tests.handlers.gym.making import gym


@pytest.mark.usefixtures("tables")
def test_an_unknown_gym_is_404() -> None:
    answer = call(handler, path={"gym_id": new_id()})
    assert (answer.status, answer.code) == (404, "gym_not_found")
    assert call(handler, path={"gym_id": "nonsense"}).status == 422


@pytest.mark.usefixtures("tables")
def test_equipment_is_listed_in_pages() -> None:
    made = gym(
        equipment=[
            {"name": f"Machine {number}", "category": "cardio", "in_service": number != 2} for number in range(5)
        ]
    )
    path = {"gym_id": made["id"]}
    whole = call(handler, path=path).json
    assert sorted(item["name"] for item in whole["items"]) == [f"Machine {number}" for number in range(5)]
    assert [item["name"] for item in whole["items"] if not item["in_service"]] == ["Machine 2"]
    assert whole["next_cursor"] is None
    first = call(handler, path=path, query={"limit": 3}).json
    second = call(handler, path=path, query={"limit": 3, "cursor": first["next_cursor"]}).json
    assert first["items"] + second["items"] == whole["items"]
    assert second["next_cursor"] is None


@pytest.mark.usefixtures("tables")
def test_a_cursor_of_another_gym_is_refused() -> None:
    equipment = [{"name": f"Machine {number}", "category": "cardio"} for number in range(2)]
    one, other = gym(equipment=equipment), gym(equipment=equipment)
    cursor = call(handler, path={"gym_id": one["id"]}, query={"limit": 1}).json["next_cursor"]
    answer = call(handler, path={"gym_id": other["id"]}, query={"limit": 1, "cursor": cursor})
    assert (answer.status, answer.code) == (400, "invalid_cursor")

"""Equipment of gyms, through the endpoints."""

from __future__ import annotations

from typing import Any

from gym.equipment.endpoints.add_equipment import handler as add_equipment
from gym.equipment.endpoints.change_equipment import handler as change_equipment
from gym.equipment.endpoints.get_equipment import handler as get_equipment
from gym.equipment.endpoints.remove_equipment import handler as remove_equipment
from tests.conftest import Answer, call
from tests.handlers.gym.making import ADMIN

RACK = {"name": "Power rack", "category": "strength"}


def add(gym_id: str, body: Any = RACK, *, key: str | None = None) -> Answer:
    """Add equipment: a power rack, or what `body` says."""
    headers = {} if key is None else {"Idempotency-Key": key}
    return call(add_equipment, user=ADMIN, admin=True, path={"gym_id": gym_id}, body=body, headers=headers)


def added(gym_id: str, **values: Any) -> str:
    """The id of equipment that was added."""
    answer = add(gym_id, {**RACK, **values})
    assert answer.status == 201, answer.text
    return str(answer.json["id"])


def change(gym_id: str, equipment_id: str, body: Any, if_match: str | None = None) -> Answer:
    """Change equipment."""
    headers = {} if if_match is None else {"If-Match": if_match}
    path = {"gym_id": gym_id, "equipment_id": equipment_id}
    return call(change_equipment, user=ADMIN, admin=True, path=path, body=body, headers=headers)


def remove(gym_id: str, equipment_id: str) -> Answer:
    """Remove equipment."""
    path = {"gym_id": gym_id, "equipment_id": equipment_id}
    return call(remove_equipment, user=ADMIN, admin=True, path=path)


def equipment(gym_id: str) -> list[dict[str, Any]]:
    """What a gym is equipped with."""
    items: list[dict[str, Any]] = call(get_equipment, path={"gym_id": gym_id}, query={"limit": 100}).json["items"]
    return items

"""What a gym is equipped with."""

from __future__ import annotations

from gym.details import gym_of
from gym.records import Equipment
from gym.repository import GymRepository
from solo60.paging import PageOf, Paging


def equipment_of(gyms: GymRepository, gym_id: str, paging: Paging) -> PageOf[Equipment]:
    """A page of a gym's equipment, by id."""
    equipment: list[Equipment] = sorted(gym_of(gyms, gym_id).equipment, key=lambda item: item["id"])
    after = paging.text("after")
    rest = [item for item in equipment if after is None or item["id"] > after]
    return paging.page(rest, lambda item: {"after": item["id"]})

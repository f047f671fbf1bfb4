"""One gym, and what it is equipped with."""

from __future__ import annotations

from gym.errors import GymNotFound
from gym.records import Equipment, Gym
from gym.repository import GymRepository
from solo60.paging import PageOf, Paging


def gym_of(gyms: GymRepository, gym_id: str) -> Gym:
    """A gym, whatever its status.

    Raises
    ------
    GymNotFound
        There is none.
    """
    gym = gyms.find_eventual(gym_id)
    if gym is None:
        raise GymNotFound
    return gym


def equipment_of(gyms: GymRepository, gym_id: str, paging: Paging) -> PageOf[Equipment]:
    """A page of a gym's equipment, by id."""
    equipment: list[Equipment] = sorted(gym_of(gyms, gym_id).equipment, key=lambda item: item["id"])
    after = paging.text("after")
    rest = [item for item in equipment if after is None or item["id"] > after]
    return paging.page(rest, lambda item: {"after": item["id"]})

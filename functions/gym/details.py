"""One gym, and what it is equipped with."""

from __future__ import annotations

from typing import Any

from gym.errors import GymNotFound
from gym.records import Gym
from gym.repository import GymRepository


def gym_of(repository: GymRepository, gym_id: str) -> Gym:
    """A gym, whatever its status.

    Raises
    ------
    GymNotFound
        There is none.
    """
    gym = repository.find(gym_id, consistent=True)
    if gym is None:
        raise GymNotFound
    return gym


def equipment_of(
    repository: GymRepository, gym_id: str, *, after: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of a gym's equipment by id, and the id behind which the next page begins, if there is one."""
    equipment = sorted(gym_of(repository, gym_id).equipment, key=lambda item: str(item["id"]))
    rest = [item for item in equipment if after is None or item["id"] > after]
    return rest[:limit], rest[limit - 1]["id"] if len(rest) > limit else None

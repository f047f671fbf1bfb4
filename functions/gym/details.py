"""One gym."""

from __future__ import annotations

from gym.errors import GymNotFound
from gym.records import Gym
from gym.repository import GymRepository


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

"""Changes of a gym's record: each is of the version that was read, and makes the next one."""

from __future__ import annotations

import copy
from typing import Any

from gym.errors import GymNotFound
from gym.records import Gym
from gym.repository import GymRepository
from solo60.problems import PreconditionFailed
from solo60.unit_of_work import Work


def existing(work: Work, gyms: GymRepository, gym_id: str) -> Gym:
    """A gym that is to be changed.

    Raises
    ------
    GymNotFound
        There is none.
    """
    gym = gyms.find(work.read, gym_id)
    if gym is None:
        raise GymNotFound
    return gym


def seen(work: Work, gyms: GymRepository, gym_id: str, seen_version: int | None) -> Gym:
    """A gym that is to be changed, if the caller has seen it as it is.

    Parameters
    ----------
    seen_version
        The version that the caller has seen, or None to change whatever is there.

    Raises
    ------
    GymNotFound
        There is none.
    PreconditionFailed
        It is not the version that the caller has seen.
    """
    gym = existing(work, gyms, gym_id)
    PreconditionFailed.unless_seen(seen_version, int(gym.version))
    return gym


def revised(gym: Gym, **changes: Any) -> Gym:
    """The next version of a gym, with other values by the names of attributes."""
    after = Gym(**copy.deepcopy(gym.attribute_values))
    for name, value in changes.items():
        setattr(after, name, value)
    after.version = gym.version + 1
    return after

"""A member's favourite gyms."""

from __future__ import annotations

from gym.errors import GymNotFound
from gym.favourite_repository import Entry, FavouriteRepository
from gym.records import Gym
from solo60.problems import Conflict

_RACES = 4


class _ConditionFailed(Conflict):
    pass


class _AlreadyFavourite(Exception):
    pass


def add(repository: FavouriteRepository, user_id: str, gym_id: str) -> None:
    """Make a gym a favourite; nothing changes if it is one.

    Raises
    ------
    GymNotFound
        There is no such gym.
    """
    try:
        repository.add(user_id, gym_id, no_gym=GymNotFound(), already=_AlreadyFavourite())
    except _AlreadyFavourite:
        return


def remove(repository: FavouriteRepository, user_id: str, gym_id: str) -> None:
    """Make a gym no favourite; nothing changes if it is none."""
    for _ in range(_RACES):
        entry = repository.entry_of(user_id, gym_id)
        if entry is None:
            return
        try:
            repository.remove(user_id, gym_id, entry, changed=_ConditionFailed())
        except _ConditionFailed:
            continue  # it was removed, and perhaps added again, since it was read
        return
    raise Conflict


def page(
    repository: FavouriteRepository, user_id: str, *, before: str | None, limit: int
) -> tuple[list[tuple[Entry, Gym]], str | None]:
    """Favourites with their gyms, the newest first.

    Returns
    -------
    tuple
        The page, and the key of its last entry if more follow.
    """
    entries = repository.page(user_id, before=before, limit=limit + 1)
    following = entries[limit - 1].key if len(entries) > limit else None
    return repository.with_gyms(entries[:limit]), following

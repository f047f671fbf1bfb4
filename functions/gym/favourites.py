"""A member's favourite gyms."""

from __future__ import annotations

from gym.errors import GymNotFound
from gym.favourite_repository import Entry, FavouriteRepository
from gym.records import Gym
from solo60.unit_of_work import UnitOfWork, Work


def add(uow: UnitOfWork, favourites: FavouriteRepository, user_id: str, gym_id: str) -> None:
    """Make a gym a favourite; nothing changes if it is one.

    Raises
    ------
    GymNotFound
        There is no such gym.
    """

    def act(work: Work) -> None:
        gym, mark = favourites.gym_and_mark(work.read, user_id, gym_id)
        if gym is None:
            raise GymNotFound
        if mark is None:
            favourites.add(work, user_id, gym_id)

    uow.run(act)


def remove(uow: UnitOfWork, favourites: FavouriteRepository, user_id: str, gym_id: str) -> None:
    """Make a gym no favourite; nothing changes if it is none."""

    def act(work: Work) -> None:
        _, mark = favourites.gym_and_mark(work.read, user_id, gym_id)
        if mark is not None:
            favourites.remove(work, mark)

    uow.run(act)


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

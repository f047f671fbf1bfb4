"""A member's favourite gyms."""

from __future__ import annotations

from gym.errors import GymNotFound
from gym.favourite_repository import FavouriteRepository
from gym.records import Favourite, Gym
from solo60.paging import PageOf, Paging
from solo60.records import batch_get
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
        mark = favourites.find(work.read, user_id, gym_id)
        if mark is not None:
            favourites.remove(work, mark)

    uow.run(act)


def favourites_of(favourites: FavouriteRepository, user_id: str, paging: Paging) -> PageOf[tuple[Favourite, Gym]]:
    """A page of a member's favourites with their gyms, the newest first."""
    page = favourites.of_member(user_id, paging)
    return page.having(favourites.with_gyms(batch_get, page.items))

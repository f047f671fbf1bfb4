"""Reads and writes of favourites.

Two items a favourite: the entry, whose key is the moment so that the list is in order of time, and the mark, whose key
is the gym so that it can be there once only.
"""

from __future__ import annotations

from collections.abc import Sequence

from gym.records import Favourite, FavouriteMark, Gym
from gym.repository import gym_key
from solo60 import clock
from solo60.paging import PageOf, Paging
from solo60.records import Key, Read
from solo60.repository import RecordQuery, Repository
from solo60.transaction import Transaction

_ENTRY = "FAVOURITE#"


def mark_key(user_id: str, gym_id: str) -> Key[FavouriteMark]:
    """Where it stands that a gym is a favourite of a member."""
    return Key(FavouriteMark, f"USER#{user_id}", f"FAVOURS#{gym_id}")


class FavouriteRepository(Repository[FavouriteMark, [str, str]]):
    """Favourites, by member and gym."""

    key = staticmethod(mark_key)

    def gym_and_mark(self, read: Read, user_id: str, gym_id: str) -> tuple[Gym | None, FavouriteMark | None]:
        """A gym, and the mark that it is a favourite of the member."""
        gym, mark = gym_key(gym_id), mark_key(user_id, gym_id)
        found = read(gym, mark)
        return found[gym], found[mark]

    def add(self, transaction: Transaction, user_id: str, gym_id: str) -> None:
        """Add a favourite, if it is none yet and the gym still exists."""
        now = clock.now()
        entry = f"{_ENTRY}{clock.to_sortable(now)}#{gym_id}"
        mark = mark_key(user_id, gym_id)
        transaction.check(gym_key(gym_id).blank(), Gym.pk.exists())
        transaction.put(FavouriteMark(mark.pk, mark.sk, entry=entry))
        transaction.put(Favourite(mark.pk, entry, gym_id=gym_id, created_at=now))

    def remove(self, transaction: Transaction, mark: FavouriteMark) -> None:
        """Remove a favourite whose mark was read."""
        transaction.delete(FavouriteMark(mark.pk, mark.sk), condition=FavouriteMark.entry == mark.entry)
        transaction.delete(Favourite(mark.pk, mark.entry))

    def of_member(self, user_id: str, paging: Paging) -> PageOf[Favourite]:
        """A page of a member's favourites, the newest first."""
        query = RecordQuery(
            Favourite, f"USER#{user_id}", Favourite.sk.startswith(_ENTRY), backwards=True, consistent=True
        )
        return self.page(paging, query)

    def with_gyms(self, read: Read, favourites: Sequence[Favourite]) -> list[tuple[Favourite, Gym]]:
        """Each favourite with its gym, as it is now."""
        keys = [gym_key(favourite.gym_id) for favourite in favourites]
        gyms = read(*keys).all(keys)
        return [(favourite, gym) for favourite, gym in zip(favourites, gyms, strict=True) if gym is not None]

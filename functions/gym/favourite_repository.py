"""Reads and writes of favourites.

Two items a favourite: the entry, whose key is the moment so that the list is in order of time, and the mark, whose key
is the gym so that it can be there once only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from gym.records import Favourite, FavouriteMark, Gym
from gym.repository import gym_key
from solo60 import clock
from solo60.records import Key, batch_get
from solo60.transaction import Transaction
from solo60.unit_of_work import Read

_ENTRY = "FAVOURITE#"


class Entry(NamedTuple):
    """One favourite: its sort key, its gym, and since when."""

    key: str
    gym_id: str
    since: datetime


class FavouriteRepository:
    """Favourites, by member."""

    def gym_and_mark(self, read: Read, user_id: str, gym_id: str) -> tuple[Gym | None, FavouriteMark | None]:
        """A gym, and the mark that it is a favourite of the member."""
        gym, mark = gym_key(gym_id), _mark_key(user_id, gym_id)
        found = read(gym, mark)
        return found[gym], found[mark]

    def add(self, transaction: Transaction, user_id: str, gym_id: str) -> None:
        """Add a favourite, if it is none yet and the gym still exists."""
        now = clock.now()
        entry = f"{_ENTRY}{clock.to_sortable(now)}#{gym_id}"
        mark = _mark_key(user_id, gym_id)
        transaction.check(gym_key(gym_id).blank(), Gym.pk.exists())
        transaction.put(FavouriteMark(mark.pk, mark.sk, entry=entry))
        transaction.put(Favourite(mark.pk, entry, gym_id=gym_id, created_at=now))

    def remove(self, transaction: Transaction, mark: FavouriteMark) -> None:
        """Remove a favourite whose mark was read."""
        transaction.delete(FavouriteMark(mark.pk, mark.sk), condition=FavouriteMark.entry == mark.entry)
        transaction.delete(Favourite(mark.pk, mark.entry))

    def page(self, user_id: str, *, before: str | None, limit: int) -> list[Entry]:
        """Entries, the newest first, from behind a sort key on."""
        condition = (
            Favourite.sk.startswith(_ENTRY) if before is None else Favourite.sk.between(_ENTRY, _just_before(before))
        )
        found = Favourite.query(
            f"USER#{user_id}",
            range_key_condition=condition,
            scan_index_forward=False,
            consistent_read=True,
            limit=limit,
            page_size=limit,
        )
        return [Entry(favourite.sk, favourite.gym_id, favourite.created_at) for favourite in found]

    def with_gyms(self, entries: Sequence[Entry]) -> list[tuple[Entry, Gym]]:
        """Each entry with its gym, as it is now."""
        keys = [gym_key(entry.gym_id) for entry in entries]
        gyms = batch_get(*keys).all(keys)
        return [(entry, gym) for entry, gym in zip(entries, gyms, strict=True) if gym is not None]


def _mark_key(user_id: str, gym_id: str) -> Key[FavouriteMark]:
    return Key(FavouriteMark, f"USER#{user_id}", f"FAVOURS#{gym_id}")


def _just_before(key: str) -> str:
    """The greatest sort key below one that ends in an id: `between` includes both its ends."""
    return key[:-1] + chr(ord(key[-1]) - 1) + "~"

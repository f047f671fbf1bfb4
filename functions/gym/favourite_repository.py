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
from solo60.bans import ban_key, is_banned, require_not_banned
from solo60.problems import AccountBanned
from solo60.records import Key, batch_get_list
from solo60.transaction import Transaction

_ENTRY = "FAVOURITE#"


class Entry(NamedTuple):
    """One favourite: its sort key, its gym, and since when."""

    key: str
    gym_id: str
    since: datetime


class FavouriteRepository:
    """Favourites, by member."""

    def add(self, user_id: str, gym_id: str, *, no_gym: Exception, already: Exception) -> None:
        """Add a favourite, if the member is not banned, the gym exists and it is none yet."""
        now = clock.now()
        entry = f"{_ENTRY}{clock.to_sortable(now)}#{gym_id}"
        mark = _mark_key(user_id, gym_id)
        gym = gym_key(gym_id)
        transaction = Transaction()
        require_not_banned(transaction, user_id)
        transaction.check(Gym(gym.pk, gym.sk), Gym.pk.exists(), on_failure=no_gym)
        transaction.put(FavouriteMark(mark.pk, mark.sk, entry=entry), on_failure=already)
        transaction.put(Favourite(mark.pk, entry, gym_id=gym_id, created_at=now))
        transaction.commit()

    def entry_of(self, user_id: str, gym_id: str) -> str | None:
        """The sort key of a favourite's entry, if it is one.

        Raises
        ------
        AccountBanned
            The member is.
        """
        ban, mark = batch_get_list([ban_key(user_id), _mark_key(user_id, gym_id)])
        if is_banned(ban):
            raise AccountBanned
        return mark.entry if isinstance(mark, FavouriteMark) else None

    def remove(self, user_id: str, gym_id: str, entry: str, *, changed: Exception) -> None:
        """Remove a favourite whose entry was read."""
        mark = _mark_key(user_id, gym_id)
        transaction = Transaction()
        require_not_banned(transaction, user_id)
        transaction.delete(FavouriteMark(mark.pk, mark.sk), condition=FavouriteMark.entry == entry, on_failure=changed)
        transaction.delete(Favourite(mark.pk, entry))
        transaction.commit()

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
        if not entries:
            return []
        gyms = batch_get_list([gym_key(entry.gym_id) for entry in entries])
        return [(entry, gym) for entry, gym in zip(entries, gyms, strict=True) if isinstance(gym, Gym)]


def _mark_key(user_id: str, gym_id: str) -> Key[FavouriteMark]:
    return Key(FavouriteMark, f"USER#{user_id}", f"FAVOURS#{gym_id}")


def _just_before(key: str) -> str:
    """The greatest sort key below one that ends in an id: `between` includes both its ends."""
    return key[:-1] + chr(ord(key[-1]) - 1) + "~"

"""Reads and writes of the gym table: its keys and queries stand here and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.condition import Condition

from gym.places import KeyRange, place_key, span_of
from gym.profile import GymStatus
from gym.records import Gym, InductionValidity
from solo60.records import Key, RecordIndex
from solo60.repository import Repository, changes_of, unchanged
from solo60.text import folded
from solo60.transaction import Transaction

_LARGEST_PAGE = 1000
"""DynamoDB ends a page at 1 MB, and takes no limit above 2^31 - 1."""
_LISTED = "ACTIVE"
_PROFILE = "PROFILE"
_NAME_LENGTH = 100
_BEST = 5_000_000
_MANY = 9_999_999


class Order(StrEnum):
    """Orders in which all active gyms can be read."""

    NAME = "name"
    PRICE = "price"
    RATING = "rating"


@dataclass(frozen=True)
class Sighting:
    """What a bounded look at an area found.

    Attributes
    ----------
    gyms
        Those read, in no order; some may lie outside the area.
    total
        How many there are: exact if `complete`, else estimated from the part that was read.
    complete
        Whether all were read.
    """

    gyms: list[Gym]
    total: int
    complete: bool


def gym_key(gym_id: str) -> Key[Gym]:
    """Where a gym is."""
    return Key(Gym, f"GYM#{gym_id}", _PROFILE)


def induction_key(user_id: str, gym_id: str) -> Key[InductionValidity]:
    """Where it stands what a member's inductions at a gym allow."""
    return Key(InductionValidity, f"USER#{user_id}", f"INDUCTION#{gym_id}")


def rank_of(gym: Gym, order: Order) -> str:
    """A gym's place in an order, as text that sorts so and is no other gym's."""
    if order is Order.NAME:
        # A separator that sorts before whatever may go on in a longer name.
        return f"{folded(gym.name)[:_NAME_LENGTH]}\x1f{gym.id}"
    if order is Order.PRICE:
        return f"{int(gym.credits_from):06d}#{gym.id}"
    count = int(gym.rating_count)
    average = round(1_000_000 * gym.rating_sum / count) if count else 0
    return f"{_BEST - average:07d}#{max(0, _MANY - count):07d}#{gym.id}"


def index(gym: Gym) -> None:
    """Set the index attributes that follow from the others; only an active gym has any."""
    listed = gym.status == GymStatus.ACTIVE
    sheet, cell = place_key(gym.latitude, gym.longitude)
    gym.by_place_pk = sheet if listed else None
    gym.by_place_sk = f"{cell}#{gym.id}" if listed else None
    gym.by_name_pk = gym.by_price_pk = gym.by_rating_pk = _LISTED if listed else None
    gym.by_name_sk = rank_of(gym, Order.NAME) if listed else None
    gym.by_price_sk = rank_of(gym, Order.PRICE) if listed else None
    gym.by_rating_sk = rank_of(gym, Order.RATING) if listed else None


def check_version(transaction: Transaction, gym_id: str, version: int) -> None:
    """Require that a gym still has a version when `transaction` commits."""
    transaction.check(gym_key(gym_id).blank(), Gym.version == version)


def _ratings_unchanged(gym: Gym) -> Condition:
    counted = (Gym.rating_sum == gym.rating_sum) & (Gym.rating_count == gym.rating_count)
    condition: Condition = counted & unchanged(Gym.by_rating_sk, gym.by_rating_sk)
    return condition


class GymRepository(Repository[Gym, [str]]):
    """Gyms."""

    key = staticmethod(gym_key)

    def add(self, transaction: Transaction, gym: Gym) -> None:
        """Put a new gym."""
        index(gym)
        transaction.put(gym)

    def change(self, transaction: Transaction, before: Gym, after: Gym) -> None:
        """Write what differs, if the gym still has the version of `before`.

        Attributes that are not part of the change are left alone: others count ratings meanwhile.
        """
        index(after)
        old, new = before.attribute_values, after.attribute_values
        differing = {name: new.get(name) for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
        condition = Gym.version == before.version
        if "by_rating_sk" in differing:
            condition &= _ratings_unchanged(before)
        transaction.update(after, changes_of(Gym, differing), condition=condition)

    def rate(self, transaction: Transaction, gym: Gym, *, points: int, reviews: int) -> None:
        """Count ratings, and let the gym's place in the order by rating follow.

        Its version stays: no booking depends on it. What was read must still stand, so the sum, the number and the
        place always agree.

        Parameters
        ----------
        points
            To add to the sum of all ratings.
        reviews
            To add to their number.
        """
        unchanged_ratings = _ratings_unchanged(gym)
        gym.rating_sum, gym.rating_count = int(gym.rating_sum) + points, int(gym.rating_count) + reviews
        index(gym)
        names = ("rating_sum", "rating_count", "by_rating_sk")
        changes = changes_of(Gym, {name: getattr(gym, name) for name in names})
        transaction.update(gym, changes, condition=unchanged_ratings)

    def in_ranges(self, ranges: Sequence[KeyRange], *, most: int) -> Sighting:
        """Active gyms in ranges of the place index, one query a range, all at the same time.

        Parameters
        ----------
        most
            Return about so many at most; where more lie in the ranges, up to so many are read of each.
        """
        # In the start of the functions that never search, it has no place.
        from concurrent.futures import ThreadPoolExecutor

        def part_of(key_range: KeyRange) -> list[Gym]:
            condition = Gym.by_place_sk.between(key_range.low, f"{key_range.high}~")
            query = Gym.by_place.query
            page = min(most + 1, _LARGEST_PAGE)
            return list(query(key_range.sheet, range_key_condition=condition, limit=most + 1, page_size=page))

        # Before the threads, each of which would make a connection of its own.
        Gym._get_connection()
        with ThreadPoolExecutor(max(1, len(ranges))) as pool:
            parts = list(pool.map(part_of, ranges))
        found: list[Gym] = []
        seen = 0
        for key_range, whole_part in zip(ranges, parts, strict=True):
            room = most - len(found)
            part = whole_part[: room + 1]
            found += part
            if len(part) > room:
                last = str(part[-1].by_place_sk).split("#", 1)[0]
                seen += int(last, 16) - int(key_range.low, 16) + 1
                whole = sum(span_of(each) for each in ranges)
                return Sighting(found, max(len(found), round(len(found) * whole / seen)), complete=False)
            seen += span_of(key_range)
        return Sighting(found, len(found), complete=True)

    def following(self, latitude: float, longitude: float, *, most: int) -> list[Gym]:
        """Active gyms that come after a point in the place index: most of them are near it."""
        sheet, cell = place_key(latitude, longitude)
        condition = Gym.by_place_sk >= cell
        return list(Gym.by_place.query(sheet, range_key_condition=condition, limit=most, page_size=most))

    def in_order(self, order: Order, *, after: str | None, most: int) -> list[Gym]:
        """Active gyms in an order, from behind a rank on."""
        index_of: dict[Order, tuple[RecordIndex[Gym], UnicodeAttribute]] = {
            Order.NAME: (Gym.by_name, Gym.by_name_sk),
            Order.PRICE: (Gym.by_price, Gym.by_price_sk),
            Order.RATING: (Gym.by_rating, Gym.by_rating_sk),
        }
        table_index, rank = index_of[order]
        condition = None if after is None else rank > after
        return list(table_index.query(_LISTED, range_key_condition=condition, limit=most, page_size=most))

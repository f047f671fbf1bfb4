"""Time in slots: the quarter hours, counted from 1970 in UTC, in which a gym's and a member's time is claimed.

Every session starts on a quarter hour and lasts whole quarter hours, and every offset from UTC in use is a multiple
of a quarter hour, so claims in slots lose nothing. A local day of 23 or 25 hours is not special here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

SLOT_MINUTES = 15
SLOT_SECONDS = SLOT_MINUTES * 60
SLOTS_PER_DAY = 24 * 3600 // SLOT_SECONDS

_EPOCH = date(1970, 1, 1)


def slots_between(start: datetime, end: datetime) -> range:
    """Every slot that [start, end) touches."""
    return range(int(start.timestamp()) // SLOT_SECONDS, -(-int(end.timestamp()) // SLOT_SECONDS))


def instant_of(slot: int) -> datetime:
    """When a slot begins, in UTC."""
    return datetime.fromtimestamp(slot * SLOT_SECONDS, UTC)


def first_slot(day: date) -> int:
    """The slot at the midnight (UTC) with which a day begins."""
    return (day - _EPOCH).days * SLOTS_PER_DAY


def by_day(slots: range) -> dict[date, list[int]]:
    """Slots by UTC day, as numbers 0 to 95 within it."""
    days: dict[date, list[int]] = {}
    for slot in slots:
        day, number = divmod(slot, SLOTS_PER_DAY)
        days.setdefault(_EPOCH + timedelta(days=day), []).append(number)
    return days


def days_around(day: date) -> list[date]:
    """The UTC days that hold all of a local day, the longest session that starts in it, and its neighbourhood."""
    return [day + timedelta(days=offset) for offset in (-1, 0, 1, 2)]


@dataclass(frozen=True)
class Holder:
    """Who holds a slot."""

    session_id: str
    user_id: str


@dataclass(frozen=True)
class Occupancy:
    """What is taken of a gym's or a member's time over some UTC days.

    Attributes
    ----------
    known
        The slots of the days that were read. Beyond them nothing is called free.
    taken
        The holder of each taken slot.
    """

    known: range
    taken: Mapping[int, Holder]

    @classmethod
    def over(cls, days: Iterable[tuple[date, Mapping[int, Holder]]]) -> Occupancy:
        """Unite consecutive days, each with its taken slots by number 0 to 95."""
        taken: dict[int, Holder] = {}
        firsts: list[int] = []
        for day, holders in days:
            first = first_slot(day)
            firsts.append(first)
            taken.update((first + number, holder) for number, holder in holders.items())
        return cls(range(min(firsts), max(firsts) + SLOTS_PER_DAY), taken)

    def is_free(self, start: datetime, end: datetime) -> bool:
        """Whether nobody holds any part of [start, end), as far as is known."""
        wanted = slots_between(start, end)
        if wanted.start < self.known.start or wanted.stop > self.known.stop:
            return False
        return not any(slot in self.taken for slot in wanted)

"""Time in grains: the quarter hours, counted from 1970 in UTC, in which a gym's and a member's time is claimed.

Every session starts on a quarter hour and lasts whole quarter hours, and every offset from UTC in use is a multiple
of a quarter hour, so claims in grains lose nothing. A local day of 23 or 25 hours is not special here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

GRAIN_MINUTES = 15
GRAIN_SECONDS = GRAIN_MINUTES * 60
GRAINS_A_DAY = 24 * 3600 // GRAIN_SECONDS

_EPOCH = date(1970, 1, 1)


def grains_between(start: datetime, end: datetime) -> range:
    """Every grain that [start, end) touches."""
    return range(int(start.timestamp()) // GRAIN_SECONDS, -(-int(end.timestamp()) // GRAIN_SECONDS))


def instant_of(grain: int) -> datetime:
    """When a grain begins, in UTC."""
    return datetime.fromtimestamp(grain * GRAIN_SECONDS, UTC)


def first_grain(day: date) -> int:
    """The grain at the midnight (UTC) with which a day begins."""
    return (day - _EPOCH).days * GRAINS_A_DAY


def by_day(grains: range) -> dict[date, list[int]]:
    """Grains by UTC day, as numbers 0 to 95 within it."""
    days: dict[date, list[int]] = {}
    for grain in grains:
        day, number = divmod(grain, GRAINS_A_DAY)
        days.setdefault(_EPOCH + timedelta(days=day), []).append(number)
    return days


def days_around(day: date) -> list[date]:
    """The UTC days that hold all of a local day, the longest session that starts in it, and its neighbourhood."""
    return [day + timedelta(days=offset) for offset in (-1, 0, 1, 2)]


@dataclass(frozen=True)
class Holder:
    """Who holds a grain."""

    session_id: str
    user_id: str


@dataclass(frozen=True)
class Occupancy:
    """What is taken of a gym's or a member's time over some UTC days.

    Attributes
    ----------
    known
        The grains of the days that were read. Beyond them nothing is called free.
    taken
        The holder of each taken grain.
    """

    known: range
    taken: Mapping[int, Holder]

    @classmethod
    def over(cls, days: Iterable[tuple[date, Mapping[int, Holder]]]) -> Occupancy:
        """Unite consecutive days, each with its taken grains by number 0 to 95."""
        taken: dict[int, Holder] = {}
        firsts: list[int] = []
        for day, holders in days:
            first = first_grain(day)
            firsts.append(first)
            taken.update((first + number, holder) for number, holder in holders.items())
        return cls(range(min(firsts), max(firsts) + GRAINS_A_DAY), taken)

    def is_free(self, start: datetime, end: datetime) -> bool:
        """Whether nobody holds any part of [start, end), as far as is known."""
        wanted = grains_between(start, end)
        if wanted.start < self.known.start or wanted.stop > self.known.stop:
            return False
        return not any(grain in self.taken for grain in wanted)

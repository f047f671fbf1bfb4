"""Slots: 15 minutes of time, numbered from 1970 in UTC. The time of gyms and members is claimed in slots.

Sessions start on a slot and last whole slots, and all offsets from UTC in use are multiples of a slot. So slots can
express every session, and local days of 23 or 25 hours need no special rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from gym.profile import LONGEST_BUFFER, LONGEST_DURATION
from solo60 import clock

SLOT_MINUTES = 15
SLOT_SECONDS = SLOT_MINUTES * 60
SLOTS_PER_DAY = 24 * 3600 // SLOT_SECONDS
REACH = timedelta(hours=24)
"""How far from a wanted start another one may be that is offered in its place."""

_EPOCH = date(1970, 1, 1)


def slots_between(start: datetime, end: datetime) -> range:
    """The numbers of all slots that overlap [start, end)."""
    return range(int(start.timestamp()) // SLOT_SECONDS, -(-int(end.timestamp()) // SLOT_SECONDS))


def first_slot(day: date) -> int:
    """The number of the first slot of a UTC day."""
    return (day - _EPOCH).days * SLOTS_PER_DAY


def slot_of(day: date, number: int) -> int:
    """The number of a slot of a UTC day, 0 to 95 within it."""
    return first_slot(day) + number


def temporary_holder(id: str, until: datetime) -> str:
    """The holder of time that is free again from an instant on, whether or not somebody has freed it."""
    return f"{clock.to_sortable(until)}#{id}"


def _is_over(holder: str) -> bool:
    until, hash_sign, _ = holder.partition("#")
    return bool(hash_sign) and until <= clock.to_sortable(clock.now())


def by_day(slots: Iterable[int]) -> dict[date, list[int]]:
    """Slots by UTC day, numbered 0 to 95 within the day."""
    days: dict[date, list[int]] = {}
    for slot in slots:
        day, number = divmod(slot, SLOTS_PER_DAY)
        days.setdefault(_EPOCH + timedelta(days=day), []).append(number)
    return days


def days_touched(start: datetime, end: datetime) -> list[date]:
    """The UTC days from that of `start` to that of `end`, both included."""
    first, last = start.astimezone(UTC).date(), end.astimezone(UTC).date()
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def days_around(instant: datetime) -> list[date]:
    """The UTC days that hold every session that starts within `REACH` of an instant, with the buffers around it."""
    return days_touched(instant - REACH - LONGEST_BUFFER, instant + REACH + LONGEST_DURATION + LONGEST_BUFFER)


def days_of_local(day: date, count: int = 1) -> list[date]:
    """The UTC days that hold every session that starts on local days, in any zone, with the buffers around it.

    Parameters
    ----------
    count
        How many local days from `day`.
    """
    return [day + timedelta(days=offset) for offset in range(-1, count + 1)]


@dataclass(frozen=True)
class Occupancy:
    """The taken slots of a gym or a member on some UTC days.

    Attributes
    ----------
    known
        The slots of the days that were read. All others count as not free.
    taken
        The session, or what else, that holds each taken slot.
    over
        The temporary holder of each slot whose time is over: it counts as free.
    """

    known: range
    taken: Mapping[int, str]
    over: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def of_days(cls, days: Iterable[tuple[date, Mapping[int, str]]]) -> Occupancy:
        """Combine consecutive days, each with its taken slots by number 0 to 95."""
        taken: dict[int, str] = {}
        over: dict[int, str] = {}
        firsts: list[int] = []
        for day, taken_of_day in days:
            firsts.append(first_slot(day))
            for number, holder in taken_of_day.items():
                (over if _is_over(holder) else taken)[slot_of(day, number)] = holder
        return cls(range(min(firsts), max(firsts) + SLOTS_PER_DAY), taken, over)

    def is_free(self, start: datetime, end: datetime) -> bool:
        """Whether all slots of [start, end) are known and free."""
        wanted = slots_between(start, end)
        if wanted.start < self.known.start or wanted.stop > self.known.stop:
            return False
        return not any(slot in self.taken for slot in wanted)

    def without(self, holder: str) -> Occupancy:
        """The same time, but for what one holder has: that counts as free."""
        return replace(self, taken={slot: each for slot, each in self.taken.items() if each != holder})

    def held_by(self, holder: str) -> list[int]:
        """The slots that a holder has, also where its time is over."""
        return sorted(slot for slot, each in (*self.taken.items(), *self.over.items()) if each == holder)

    def last_holder(self, start: datetime, end: datetime) -> str | None:
        """What holds the last taken slot of [start, end); None if all are free."""
        return next((self.taken[slot] for slot in reversed(slots_between(start, end)) if slot in self.taken), None)

    def holder(self, start: datetime, end: datetime) -> str | None:
        """The session that holds the first taken slot of [start, end); None if all are free."""
        return next((self.taken[slot] for slot in slots_between(start, end) if slot in self.taken), None)

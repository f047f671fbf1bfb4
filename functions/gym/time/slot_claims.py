"""Slot claims: conditional writes that decide who holds which slots of a gym's or a member's day.

A claim takes all its slots or none. Each of them has to be free, and those of the buffers around them too, which it
does not take. A release frees only slots that the holder has.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from pynamodb.expressions.condition import And, Condition

from gym.records import SlotDay
from gym.time.slots import by_day, slots_between
from solo60 import clock
from solo60.records import Key
from solo60.transaction import Transaction

D = TypeVar("D", bound=SlotDay)

KEPT = timedelta(days=30)


def claim(
    transaction: Transaction,
    key_of: Callable[[date], Key[D]],
    start: datetime,
    end: datetime,
    holder: str,
    *,
    buffer: timedelta = timedelta(0),
) -> None:
    """Claim all slots of [start, end) for a holder.

    Parameters
    ----------
    key_of
        The key of the record that has the slots of a UTC day.
    holder
        The id of what holds them: a session.
    buffer
        How far before and behind them everything has to be free.
    """
    taken = by_day(slots_between(start, end))
    for day, slots in by_day(slots_between(start - buffer, end + buffer)).items():
        key = key_of(day)
        kind = key.record
        free = _all([kind.slot(number).does_not_exist() for number in slots])
        if day not in taken:
            transaction.check(key.blank(), free)
            continue
        transaction.update(
            key.blank(),
            [
                kind.kind.set(kind),
                kind.ttl.set(clock.epoch_seconds(datetime.combine(day, time(), UTC) + KEPT)),
                *(kind.slot(number).set(holder) for number in taken[day]),
            ],
            condition=free,
        )


def release(
    transaction: Transaction, key_of: Callable[[date], Key[D]], start: datetime, end: datetime, holder: str
) -> None:
    """Free all slots of [start, end), which the holder has to hold. Parameters as for `claim`."""
    for day, slots in by_day(slots_between(start, end)).items():
        key = key_of(day)
        kind = key.record
        transaction.update(
            key.blank(),
            [kind.slot(number).remove() for number in slots],
            condition=_all([kind.slot(number) == holder for number in slots]),
        )


def _all(conditions: list[Condition]) -> Condition:
    """All conditions joined by AND, as a balanced tree: DynamoDB limits the depth of an expression."""
    if len(conditions) == 1:
        return conditions[0]
    middle = len(conditions) // 2
    return And(_all(conditions[:middle]), _all(conditions[middle:]))

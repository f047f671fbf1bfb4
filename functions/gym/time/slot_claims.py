"""Slot claims: conditional writes that decide who holds which slots of a gym's or a member's day.

A claim takes all its slots or none. Each of them has to be free, and those of the buffers around them too, which it
does not take. A release frees only slots that the holder has. A claim that gives up other time does both at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import TypeVar

from pynamodb.expressions.condition import And, Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from gym.records import SlotDay
from gym.time.slots import by_day, slot_of, slots_between
from solo60 import clock
from solo60.records import Key
from solo60.transaction import Transaction

D = TypeVar("D", bound=SlotDay)

KEPT = timedelta(days=30)


@dataclass(frozen=True)
class HeldTime:
    """The slots of [start, end), which a holder has."""

    holder: str
    start: datetime
    end: datetime


def claim(
    transaction: Transaction,
    key_of: Callable[[date], Key[D]],
    start: datetime,
    end: datetime,
    holder: str,
    *,
    before: timedelta = timedelta(0),
    behind: timedelta = timedelta(0),
    given_up: Sequence[HeldTime] = (),
    over: Mapping[int, str] = MappingProxyType({}),
) -> None:
    """Claim all slots of [start, end) for a holder.

    Parameters
    ----------
    key_of
        The key of the record that has the slots of a UTC day.
    holder
        The id of what holds them: a session.
    before, behind
        How far before and behind them everything has to be free.
    given_up
        Time that counts as free and becomes free, but for what is claimed: of the session before it is moved. Its
        holder has to hold it. A day that both touch takes one operation.
    over
        Temporary holders whose time is over, by slot, as they were read: what they hold counts as free.
    """
    taken = by_day(slots_between(start, end))
    around = by_day(slots_between(start - before, end + behind))
    holders = {slot: each.holder for each in given_up for slot in slots_between(each.start, each.end)}
    held = by_day(holders)
    for day in sorted(around.keys() | held.keys()):
        mine, theirs = taken.get(day, []), held.get(day, [])
        key = key_of(day)
        kind = key.record
        conditions: list[Condition] = []
        for number in sorted({*around.get(day, []), *theirs}):
            holder_now = (holders if number in theirs else over).get(slot_of(day, number))
            conditions.append(_holds(kind.slot(number), holder_now))
        if not (mine or theirs):
            transaction.check(key.blank(), _all(conditions))
            continue
        actions: list[Action] = [kind.slot(number).remove() for number in theirs if number not in mine]
        if mine:
            ttl = clock.epoch_seconds(datetime.combine(day, time(), UTC) + KEPT)
            actions += [kind.kind.set(kind), kind.ttl.set(ttl), *(kind.slot(number).set(holder) for number in mine)]
        transaction.update(key.blank(), actions, condition=_all(conditions))


def release(
    transaction: Transaction, key_of: Callable[[date], Key[D]], start: datetime, end: datetime, holder: str
) -> None:
    """Free all slots of [start, end), which the holder has to hold. Parameters as for `claim`."""
    release_slots(transaction, key_of, slots_between(start, end), holder)


def release_slots(
    transaction: Transaction, key_of: Callable[[date], Key[D]], slots: Iterable[int], holder: str
) -> None:
    """Free slots, which the holder has to hold. Parameters as for `claim`."""
    for day, numbers in by_day(slots).items():
        key = key_of(day)
        kind = key.record
        transaction.update(
            key.blank(),
            [kind.slot(number).remove() for number in numbers],
            condition=_all([kind.slot(number) == holder for number in numbers]),
        )


def _holds(slot: Path, holder: str | None) -> Condition:
    """The condition that a slot has this holder, or none."""
    return slot.does_not_exist() if holder is None else slot == holder


def _all(conditions: list[Condition]) -> Condition:
    """All conditions joined by AND, as a balanced tree: DynamoDB limits the depth of an expression."""
    if len(conditions) == 1:
        return conditions[0]
    middle = len(conditions) // 2
    return And(_all(conditions[:middle]), _all(conditions[middle:]))

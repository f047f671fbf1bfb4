"""Slot claims: conditional writes that decide which session holds which slots of a gym's and a member's day.

A claim takes all its slots or none; each of them has to be free. A release frees only slots that the session holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from pynamodb.expressions.condition import And, Condition

from session.keys import gym_days, member_days
from session.records import GymDay, MemberDay, Session
from session.slots import by_day, slots_between
from solo60 import clock
from solo60.records import Key
from solo60.transaction import Transaction

KEPT = timedelta(days=30)


def claim(transaction: Transaction, session: Session) -> None:
    """Claim the gym's slots for a session, buffer included, and the member's slots."""
    for day in _days_of(session):
        kind = day.key.record
        transaction.update(
            day.key.blank(),
            [
                kind.kind.set(kind),
                kind.ttl.set(clock.epoch_seconds(datetime.combine(day.date, time(), UTC) + KEPT)),
                *(kind.slot(number).set(session.id) for number in day.slots),
            ],
            condition=_all([kind.slot(number).does_not_exist() for number in day.slots]),
        )


def release(transaction: Transaction, session: Session) -> None:
    """Free all slots that a session holds."""
    for day in _days_of(session):
        kind = day.key.record
        transaction.update(
            day.key.blank(),
            [kind.slot(number).remove() for number in day.slots],
            condition=_all([kind.slot(number) == session.id for number in day.slots]),
        )


@dataclass(frozen=True)
class _Day:
    """Slots of one UTC day by number, and the key of the record that holds them."""

    key: Key[GymDay] | Key[MemberDay]
    date: date
    slots: list[int]


def _days_of(session: Session) -> Iterator[_Day]:
    for day, slots in by_day(slots_between(session.starts_at, session.held_until)).items():
        yield _Day(gym_days(session.gym_id, [day])[0], day, slots)
    for day, slots in by_day(slots_between(session.starts_at, session.ends_at)).items():
        yield _Day(member_days(session.user_id, [day])[0], day, slots)


def _all(conditions: list[Condition]) -> Condition:
    """All conditions joined by AND, as a balanced tree: DynamoDB limits the depth of an expression."""
    if len(conditions) == 1:
        return conditions[0]
    middle = len(conditions) // 2
    return And(_all(conditions[:middle]), _all(conditions[middle:]))

"""Slot claims: conditional writes that decide which session holds which slots of a gym's and a member's day.

A claim takes all its slots or none; each of them has to be free. A release frees only slots that the session holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from pynamodb.expressions.condition import And, Condition

from session.keys import gym_days, member_days
from session.records import DayRecord, Session
from session.slots import Holder, by_day, slots_between
from solo60 import clock
from solo60.records import Key
from solo60.transaction import Transaction

KEPT = timedelta(days=30)

Refused = Callable[[bool], Exception]
"""The error for time that is taken. The argument says whether this session itself holds it."""


def claim(transaction: Transaction, session: Session, refused: Refused) -> None:
    """Claim the gym's slots for a session, buffer included, and the member's slots."""
    for day in [*_gym_time(session), *_member_time(session)]:
        _claim_day(transaction, day, session, refused)


def release(transaction: Transaction, session: Session, on_failure: Exception) -> None:
    """Free all slots that a session holds."""
    value = _value(session)
    for day in [*_gym_time(session), *_member_time(session)]:
        transaction.update(
            day.record,
            [DayRecord.slot(number).remove() for number in day.slots],
            condition=_all([DayRecord.slot(number) == value for number in day.slots]),
            on_failure=on_failure,
        )


@dataclass(frozen=True)
class _Day:
    """Slots of one UTC day by number, and the key of the record that holds them."""

    key: Key[Any]
    date: date
    slots: list[int]

    @property
    def record(self) -> Any:
        return self.key.record(self.key.pk, self.key.sk)


def _gym_time(session: Session) -> list[_Day]:
    days = by_day(slots_between(session.starts_at, session.held_until))
    return [_Day(gym_days(session.gym_id, [day])[0], day, slots) for day, slots in days.items()]


def _member_time(session: Session) -> list[_Day]:
    days = by_day(slots_between(session.starts_at, session.ends_at))
    return [_Day(member_days(session.user_id, [day])[0], day, slots) for day, slots in days.items()]


def _claim_day(transaction: Transaction, day: _Day, session: Session, refused: Refused) -> None:
    value = _value(session)

    def taken(item: dict[str, Any] | None) -> Exception:
        # A write is repeated if its response was lost, and may then find its own slots.
        return refused((item or {}).get(f"g{day.slots[0]}", {}).get("S") == value)

    kind = type(day.record)
    transaction.update(
        day.record,
        [
            kind.kind.set(kind),
            kind.ttl.set(clock.epoch_seconds(datetime.combine(day.date, time(), UTC) + KEPT)),
            *(DayRecord.slot(number).set(value) for number in day.slots),
        ],
        condition=_all([DayRecord.slot(number).does_not_exist() for number in day.slots]),
        on_failure=taken,
    )


def _value(session: Session) -> str:
    return DayRecord.value_of(Holder(session.id, session.user_id))


def _all(conditions: list[Condition]) -> Condition:
    """All conditions joined by AND, as a balanced tree: DynamoDB limits the depth of an expression."""
    if len(conditions) == 1:
        return conditions[0]
    middle = len(conditions) // 2
    return And(_all(conditions[:middle]), _all(conditions[middle:]))

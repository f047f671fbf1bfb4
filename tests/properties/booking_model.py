"""A small model of gyms, members and bookings, for the property of bookings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from payment.records import PotName
from session.events import SessionBooked
from solo60 import clock

QUARTER = timedelta(minutes=15)


@dataclass
class Gym:
    id: str
    timezone: str
    slot: int
    buffer: timedelta


@dataclass
class Booked:
    id: str
    member: str
    gym: Gym
    start: datetime
    end: datetime
    buffer: timedelta
    """The gym's at the booking."""
    taken: list[tuple[str, int]]
    """What was spent of which lot, in the order of spending."""
    deadline: datetime
    moves: int = 0
    extensions: int = 0
    state: str = "confirmed"

    @property
    def paid(self) -> int:
        return sum(amount for _, amount in self.taken)

    def clashes(self, start: datetime, end: datetime, gap: timedelta = timedelta(0)) -> bool:
        return start < self.end + gap and self.start < end + gap


@dataclass
class Member:
    id: str
    lots: dict[str, tuple[PotName, int, datetime]] = field(default_factory=dict)

    @property
    def credits(self) -> int:
        return sum(amount for _, amount, _ in self.lots.values())

    def spend(self, price: int) -> list[tuple[str, int]]:
        taken = []
        order = sorted(self.lots, key=lambda id_: (self.lots[id_][2], self.lots[id_][0] == "demand", id_))
        for lot in order:
            pot, amount, expires_at = self.lots[lot]
            part = min(price, amount)
            if part:
                taken.append((lot, part))
                price -= part
                self.lots[lot] = (pot, amount - part, expires_at)
        return taken

    def get_back(self, taken: list[tuple[str, int]]) -> None:
        for lot, part in taken:
            pot, amount, expires_at = self.lots[lot]
            self.lots[lot] = (pot, amount + part, expires_at)


def filled(start: datetime, end: datetime, sessions: list[Booked]) -> bool:
    def counts(moment: datetime) -> bool:
        if any(s.start <= moment < s.end for s in sessions):
            return True
        return any(
            one.end <= moment < other.start and other.start - one.end <= max(_held(one.buffer), _held(other.buffer))
            for one in sessions
            for other in sessions
        )

    quarters = int((end - start) / QUARTER)
    return all(counts(start + number * QUARTER) for number in range(quarters))


def _held(buffer: timedelta) -> timedelta:
    return -(-buffer // QUARTER) * QUARTER


def booked_event(session: dict[str, Any], buffer: timedelta) -> SessionBooked:
    held_until = clock.from_rfc3339(session["ends_at"]) + _held(buffer)
    return SessionBooked(**{**session, "session_id": session["id"], "held_until": held_until})

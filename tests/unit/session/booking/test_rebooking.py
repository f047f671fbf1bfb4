"""When a time counts as booked again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from session.booking.rebooking import covered
from session.records import RebookedTime

START = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)


def session(begins: int, ends: int, buffer: int = 15) -> RebookedTime:
    """A booking from and to minutes after the start of the lost one."""
    at = [START + timedelta(minutes=minutes) for minutes in (begins, ends, ends + buffer)]
    return RebookedTime(starts_at=at[0], ends_at=at[1], held_until=at[2])  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    ("sessions", "filled"),
    [
        ([], False),
        ([session(0, 60)], True),
        ([session(-30, 90)], True),
        ([session(0, 45)], False),
        ([session(15, 60)], False),
        ([session(0, 30, 0), session(30, 60, 0)], True),
        ([session(30, 60, 0), session(0, 30, 0)], True),
        ([session(0, 15), session(30, 60)], True),
        ([session(0, 15), session(45, 60)], False),
        ([session(0, 15, 0), session(30, 60, 0)], False),
        ([session(-60, 0), session(15, 60)], True),
        ([session(0, 45), session(60, 120)], True),
        ([session(0, 45), session(75, 120)], False),
        ([session(0, 60), session(120, 180)], True),
        ([session(0, 45), session(0, 60)], True),
        ([session(0, 60), session(15, 30)], True),
        ([session(-120, -60), session(15, 60)], False),
        ([session(0, 15, 0), session(30, 60, 15)], True),
        ([session(0, 15, 0), session(45, 60, 15)], False),
        ([session(-60, 0, 0), session(15, 60, 15)], True),
        ([session(0, 45, 0), session(60, 90, 15)], True),
        ([session(0, 15, 30), session(30, 45, 0)], False),
    ],
)
def test_sessions_fill_a_time_with_the_buffers_between_them(sessions: list[RebookedTime], filled: bool) -> None:
    assert covered(START, START + timedelta(minutes=60), sessions) is filled

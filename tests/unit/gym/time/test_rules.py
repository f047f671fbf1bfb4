"""The gym's booking rules, without a table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from gym.time.rules import Proposal, bookable_starts
from gym.time.slots import Occupancy, days_of_local
from solo60 import clock
from tests.fakes.gyms import gym_profile

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
START = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.at(NOW):
        yield


def time(taken: dict[int, str]) -> Occupancy:
    days = days_of_local(START.date())
    return Occupancy.of_days([(day, taken if day == START.date() else {}) for day in days])


@pytest.mark.parametrize(("buffer", "held"), [(0, 0), (5, 15), (15, 15), (20, 30), (60, 60)])
def test_the_buffer_is_held_in_whole_quarter_hours(buffer: int, held: int) -> None:
    proposal = Proposal(gym_profile(buffer_minutes=buffer), START, 60)
    assert proposal.buffer == timedelta(minutes=held)


def test_what_is_enumerated_is_what_passes() -> None:
    profile = gym_profile(slot_minutes=30)
    taken = time({72: "s"})
    found = [proposal.starts_at for proposal in bookable_starts(profile, [START.date()], 60, taken)]
    midnight = datetime(2026, 3, 4, tzinfo=UTC)
    grid = [midnight + number * timedelta(minutes=30) for number in range(48)]
    assert found == [
        start
        for start in grid
        # A quarter hour is taken from START on, and the gym's buffer is a quarter hour too.
        if not (start < START + timedelta(minutes=30) and start + timedelta(minutes=75) > START)
    ]

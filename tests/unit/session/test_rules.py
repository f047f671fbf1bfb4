"""The rule set, without a table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gym.profile import GymStatus
from gym.time.rules import Proposal
from gym.time.slots import Occupancy, days_around
from session import errors, rules
from session.rules import Booker
from solo60 import clock
from tests.fakes.gyms import gym_profile

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
START = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.at(NOW):
        yield


def time(taken: dict[int, str] | None = None) -> Occupancy:
    days = days_around(START)
    return Occupancy.of_days([(day, taken or {} if day == START.date() else {}) for day in days])


def booker(**overrides: Any) -> Booker:
    values: dict[str, Any] = {"user_id": "member", "occupancy": time(), "credits": 100, "induction_valid_until": None}
    return Booker(**{**values, **overrides})


def test_every_refusal_has_a_code_of_its_own_and_a_place_in_the_order() -> None:
    codes = [refusal.code for refusal in errors.BOOKING_REFUSALS]
    assert len(codes) == len(set(codes))
    assert set(codes) == {
        "account_banned",
        "booking_suspended",
        "gym_not_active",
        "gym_closed",
        "off_grid",
        "too_short",
        "too_long",
        "too_soon",
        "beyond_horizon",
        "slot_taken",
        "own_overlap",
        "induction_required",
        "insufficient_credits",
    }
    assert [r.code for r in errors.BOOKING_REFUSALS if r.status != 409] == ["account_banned"]


def test_a_good_proposal_fails_nothing() -> None:
    assert rules.failures(Proposal(gym_profile(), START, 60), time(), booker()) == []


def test_the_member_is_judged_with_the_gym() -> None:
    proposal = Proposal(gym_profile(requires_induction=True, status=GymStatus.ARCHIVED), START, 60)
    taken = {72: "s"}
    suspended_until = START + timedelta(days=1)
    who = booker(occupancy=time(taken), credits=7, banned=True, suspended_until=suspended_until)
    found = rules.failures(proposal, time(taken), who)
    assert [failure.code for failure in found] == [
        "account_banned",
        "booking_suspended",
        "gym_not_active",
        "own_overlap",
        "slot_taken",
        "induction_required",
        "insufficient_credits",
    ]


def test_the_members_own_time_has_no_buffer() -> None:
    taken = {76: "s"}  # from 19:00
    assert rules.failures(Proposal(gym_profile(), START, 60), time(), booker(occupancy=time(taken))) == []
    (failure,) = rules.failures(Proposal(gym_profile(), START, 60), time(taken), booker())
    assert failure.code == "slot_taken"


def test_an_induction_ends_before_its_last_instant() -> None:
    proposal = Proposal(gym_profile(requires_induction=True), START, 60)
    assert rules.failures(proposal, time(), booker(induction_valid_until=START + timedelta(seconds=1))) == []
    (failure,) = rules.failures(proposal, time(), booker(induction_valid_until=START))
    assert failure.code == "induction_required"

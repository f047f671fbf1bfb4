"""POST /sessions/book, when something happens between its read and its commit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from session.booking.repository import BookingRepository
from tests.grants_in_use import by_others
from tests.handlers.session.world import (
    START,
    add_gym,
    ban,
    book,
    change_gym,
    credits_of,
    member_with,
    nothing_happened,
    refused,
    sessions_in_table,
    text,
)


@pytest.fixture
def rich() -> str:
    """A member with 100 credits."""
    return member_with(100)


def test_a_concurrent_change_of_the_gym_is_judged_again(rich: str, monkeypatch: pytest.MonkeyPatch) -> None:
    gym = add_gym()
    once(monkeypatch, lambda: change_gym(gym, credits_per_hour=20))
    answer = book(rich, gym, START)
    assert (answer.status, answer.json["price_credits"]) == (201, 20)
    assert credits_of(rich) == 80


def test_a_gym_that_closes_concurrently_is_not_booked(rich: str, monkeypatch: pytest.MonkeyPatch) -> None:
    gym = add_gym()
    once(monkeypatch, lambda: change_gym(gym, status="maintenance"))
    refused(book(rich, gym, START), "gym_not_active")
    nothing_happened(rich, 100)


def test_credits_that_are_spent_concurrently_are_judged_again(monkeypatch: pytest.MonkeyPatch) -> None:
    user, gym, other = member_with(8), add_gym(), add_gym()
    once(monkeypatch, lambda: book(user, other, START + timedelta(days=1)))
    refused(book(user, gym, START), "insufficient_credits")
    assert credits_of(user) == 0
    assert len(sessions_in_table()) == 1


def test_a_concurrent_ban_stops_the_booking(rich: str, monkeypatch: pytest.MonkeyPatch) -> None:
    gym = add_gym()
    once(monkeypatch, lambda: ban(rich))
    refused(book(rich, gym, START, key="tap"), "account_banned", 403)
    nothing_happened(rich, 100)


def test_of_two_that_overlap_one_wins_and_the_other_sees_what_is_left(
    rich: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gym, other = add_gym(), member_with(100)
    once(monkeypatch, lambda: book(other, gym, START + timedelta(minutes=45)))
    answer = refused(book(rich, gym, START, key="tap"), "slot_taken")
    assert text(START) not in {item["starts_at"] for item in answer.json["alternatives"]}
    assert credits_of(rich) == 100
    assert [item["user_id"]["S"] for item in sessions_in_table()] == [other]


def test_of_a_members_two_at_once_one_wins(rich: str, monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = add_gym(), add_gym()
    once(monkeypatch, lambda: book(rich, there, START))
    refused(book(rich, here, START), "own_overlap")
    assert len(sessions_in_table()) == 1
    assert credits_of(rich) == 92


def test_a_member_books_two_times_at_once(rich: str, monkeypatch: pytest.MonkeyPatch) -> None:
    gym = add_gym()
    once(monkeypatch, lambda: book(rich, gym, START + timedelta(hours=2)))
    assert book(rich, gym, START).status == 201
    assert credits_of(rich) == 84


def once(monkeypatch: pytest.MonkeyPatch, interruption: Any) -> None:
    """Let something happen between a booking's read and its commit, once."""
    original = BookingRepository.booking_facts
    pending = [interruption]

    def interrupted(*args: Any) -> Any:
        facts = original(*args)
        if pending:
            with by_others():
                pending.pop()()
        return facts

    monkeypatch.setattr(BookingRepository, "booking_facts", interrupted)

"""What must hold when many do the same thing at the same moment: time, money, retries."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from tests.e2e.harness import IN_FLIGHT, PACK_BY_CREDITS, Member, World, at_once, instant, overlaps

pytestmark = pytest.mark.e2e

MEMBERS = 8
AT_ONCE = 40


@pytest.fixture(scope="module")
def crowd(world: World) -> list[Member]:
    """Several members with plenty of credits."""
    return world.new_members(MEMBERS, credits=120)


def _outcome(answer: httpx.Response) -> tuple[int, str | None]:
    return answer.status_code, answer.json().get("code") if answer.status_code >= 400 else None


def test_forty_bookings_of_one_slot(world: World, crowd: list[Member]) -> None:
    gym = world.new_gym()
    start = world.starts(gym)[40]
    before = [someone.credits for someone in crowd]

    answers = at_once(AT_ONCE, lambda number: crowd[number % MEMBERS].book(gym, start))

    outcomes = Counter(map(_outcome, answers))
    assert outcomes[(201, None)] == 1
    # The winner's own others name the session; those that read too early see only that the time is taken.
    assert outcomes[(409, "own_overlap")] <= AT_ONCE // MEMBERS - 1
    assert outcomes[(409, "own_overlap")] + outcomes[(409, "slot_taken")] == AT_ONCE - 1
    for answer in answers:
        if _outcome(answer) == (409, "slot_taken"):
            alternatives = answer.json()["alternatives"]
            assert 1 <= len(alternatives) <= 5
            assert all((each["gym_id"], each["starts_at"]) != (gym["id"], start) for each in alternatives)
    after = [someone.credits for someone in crowd]
    assert sum(before) - sum(after) == 10
    booked = [session for someone in crowd for session in someone.sessions() if session["gym_id"] == gym["id"]]
    assert [session["starts_at"] for session in booked] == [start]


def test_overlapping_bookings_of_mixed_lengths_leave_disjoint_survivors(world: World, crowd: list[Member]) -> None:
    gym = world.new_gym()
    first = datetime.fromisoformat(world.starts(gym)[36])
    wishes = [(first + timedelta(minutes=15 * (n % 10)), (30, 45, 60, 75, 90, 120)[n % 6]) for n in range(AT_ONCE)]

    answers = at_once(AT_ONCE, lambda n: crowd[n % MEMBERS].book(gym, instant(wishes[n][0]), wishes[n][1]))

    outcomes = Counter(map(_outcome, answers))
    assert set(outcomes) <= {(201, None), (409, "slot_taken"), (409, "own_overlap")}
    survivors = [answer.json() for answer in answers if answer.status_code == 201]
    assert survivors
    assert overlaps(survivors, gym["buffer_minutes"]) == []
    held = [session for someone in crowd for session in someone.sessions() if session["gym_id"] == gym["id"]]
    assert {session["id"] for session in held} == {session["id"] for session in survivors}


def test_bookings_on_both_sides_of_midnight_keep_the_buffer(world: World, crowd: list[Member]) -> None:
    """The slots of the two days are in different items: each booking checks the other day's."""
    gym = world.new_gym(timezone="Africa/Abidjan")  # UTC all the year
    midnight = datetime.fromisoformat(world.starts(gym, days=6)[0])
    wishes = [midnight, midnight - timedelta(minutes=60)]

    answers = at_once(AT_ONCE, lambda n: crowd[n % MEMBERS].book(gym, instant(wishes[n % 2])))

    outcomes = Counter(map(_outcome, answers))
    assert outcomes[(201, None)] == 1
    assert set(outcomes) <= {(201, None), (409, "slot_taken"), (409, "own_overlap")}
    apart = midnight - timedelta(minutes=135)
    assert crowd[0].book(gym, instant(apart)).status_code == 201


def test_a_member_is_never_in_two_places(world: World, crowd: list[Member]) -> None:
    someone = crowd[0]
    gyms = [world.new_gym() for _ in range(6)]
    start = world.starts(gyms[0], days=5)[40]

    answers = at_once(len(gyms), lambda number: someone.book(gyms[number], start))

    assert Counter(map(_outcome, answers)) == {(201, None): 1, (409, "own_overlap"): len(gyms) - 1}


def test_a_balance_buys_as_many_sessions_as_it_covers(world: World) -> None:
    someone = world.new_member(credits=10)
    gym = world.new_gym(credits_per_hour=2)
    starts = world.starts(gym)[::6][:12]
    assert len(starts) == 12

    answers = at_once(12, lambda number: someone.book(gym, starts[number]))

    assert Counter(map(_outcome, answers)) == {(201, None): 5, (409, "insufficient_credits"): 7}
    assert someone.credits == 0
    assert sum(entry["amount"] for entry in someone.ledger) == 0
    assert len(someone.sessions()) == 5


def test_one_key_twenty_times_is_one_session(world: World) -> None:
    someone = world.new_member(credits=30)
    gym = world.new_gym()
    start, key = world.starts(gym)[40], str(uuid4())

    answers = at_once(20, lambda _: someone.book(gym, start, key=key))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    assert len(someone.sessions()) == 1
    assert someone.credits == 20

    other_body = someone.book(gym, world.starts(gym)[0], key=key)
    assert _outcome(other_body) == (422, "idempotency_key_reused")


def test_a_key_in_flight_gets_retry_after(world: World) -> None:
    someone = world.new_member(credits=10)
    gym = world.new_gym()
    request = {"gym_id": gym["id"], "starts_at": world.starts(gym)[40], "duration": 60}
    headers = {"Idempotency-Key": str(uuid4())}

    answers = at_once(8, lambda _: someone.api.send("POST", "/sessions/book", json=request, headers=headers))

    assert {_outcome(answer) for answer in answers} <= {(201, None), (409, IN_FLIGHT)}
    assert all("Retry-After" in answer.headers for answer in answers if answer.status_code == 409)
    assert len(someone.sessions()) == 1


def test_forty_purchases_at_once_leave_five_open(world: World) -> None:
    someone = world.new_member()
    body = {"package_id": PACK_BY_CREDITS[10]}

    answers = at_once(AT_ONCE, lambda _: someone.settled("POST", "/payments/purchases", json=body))

    assert Counter(map(_outcome, answers)) == {(201, None): 5, (409, "too_many_pending"): AT_ONCE - 5}
    assert len({answer.json()["stripe_payment_id"] for answer in answers if answer.status_code == 201}) == 5


def test_twenty_cancellations_refund_once(world: World) -> None:
    someone = world.new_member(credits=10)
    gym = world.new_gym()
    session = someone.book(gym, world.starts(gym)[40]).json()
    assert someone.credits == 0

    answers = at_once(20, lambda _: someone.settled("POST", f"/sessions/{session['id']}/cancel"))

    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["refunded_credits"] for answer in answers} == {10}
    assert someone.credits == 10
    assert [entry["type"] for entry in someone.ledger] == ["refund", "booking", "purchase"]
    assert session["starts_at"] in world.starts(gym)

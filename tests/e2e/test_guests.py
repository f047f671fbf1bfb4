"""What must hold when many guests answer, and many members review, at the same moment."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.e2e.harness import Member, World, at_once

pytestmark = pytest.mark.e2e

GUESTS = 10
"""As many as may be pending."""
AT_ONCE = 20


@pytest.fixture(scope="module")
def crowd(world: World) -> list[Member]:
    """A host, and as many others as may be invited."""
    return world.new_members(GUESTS + 1, credits=120)


def _ratings(world: World, gym_id: str) -> tuple[float | None, int]:
    rating = world.api.call("GET", f"/gyms/{gym_id}/reviews")["rating"]
    assert world.api.call("GET", f"/gyms/{gym_id}")["rating"] == rating
    return rating["average"], rating["count"]


def test_twenty_accepts_of_the_last_place(world: World, crowd: list[Member]) -> None:
    host, *guests = crowd
    gym = world.new_gym(capacity=2)
    session = host.book(gym, world.starts(gym)[40]).json()["id"]
    ids = [
        host.api.call("POST", f"/sessions/{session}/invitations", json={"email": guest.account.email})["id"]
        for guest in guests
    ]

    def accept(number: int) -> Any:
        guest = number % GUESTS
        return guests[guest].settled("POST", f"/sessions/invitations/{ids[guest]}/accept")

    answers = at_once(AT_ONCE, accept)

    winners = {number % GUESTS for number, answer in enumerate(answers) if answer.status_code == 200}
    assert len(winners) == 1
    refused = Counter((answer.status_code, answer.json()["code"]) for answer in answers if answer.status_code != 200)
    assert set(refused) == {(409, "session_full")}
    said = host.api.call("GET", f"/sessions/{session}/invitations")["items"]
    assert Counter(item["status"] for item in said) == {"accepted": 1, "pending": GUESTS - 1}


def test_twenty_reviews_and_changes_leave_an_exact_average(world: World, crowd: list[Member]) -> None:
    gym = world.new_gym(buffer_minutes=0)
    starts = world.starts(gym, days=5)[::4]
    members = [crowd[number % GUESTS] for number in range(AT_ONCE)]
    sessions = [member.book(gym, start).json()["id"] for member, start in zip(members, starts, strict=False)]
    assert len(sessions) == AT_ONCE
    for member, session in zip(members, sessions, strict=True):
        _let_it_be_over(world, session, member.id)

    def path(number: int) -> str:
        return f"/sessions/{sessions[number]}/review"

    ratings = [1 + number % 5 for number in range(AT_ONCE)]
    answers = at_once(
        AT_ONCE, lambda number: members[number].settled("POST", path(number), json={"rating": ratings[number]})
    )
    assert {answer.status_code for answer in answers} == {201}
    assert _ratings(world, gym["id"]) == (3.0, AT_ONCE)

    def change(number: int) -> Any:
        if number % 2:
            return members[number].settled("DELETE", path(number))
        return members[number].settled("PATCH", path(number), json={"rating": 5})

    assert {answer.status_code for answer in at_once(AT_ONCE, change)} == {200, 204}
    assert _ratings(world, gym["id"]) == (5.0, AT_ONCE // 2)


def _let_it_be_over(world: World, session_id: str, user_id: str) -> None:
    """Nobody can wait for the end of a session: its record says that it is over, and that its host was there."""
    over = datetime.now(UTC) - timedelta(hours=1)
    stored = over.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    world.aws("dynamodb").update_item(
        TableName=world.named("session"),
        Key={"PK": {"S": f"SESSION#{session_id}"}, "SK": {"S": "SESSION"}},
        UpdateExpression="SET ends_at = :over, check_ins = :present",
        ExpressionAttributeValues={":over": {"S": stored}, ":present": {"S": json.dumps({user_id: stored})}},
    )

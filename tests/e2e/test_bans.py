"""Bans on the running system: against bookings in flight, and many at once."""

from __future__ import annotations

from collections import Counter

import httpx
import pytest

from tests.e2e.harness import World, at_once, eventually

pytestmark = pytest.mark.e2e

BOOKINGS = 12
AT_ONCE = 40
REASON = {"reason": "Damaged equipment."}


def _code(answer: httpx.Response) -> str | None:
    return answer.json().get("code") if answer.status_code >= 400 else None


def test_a_ban_leaves_no_session_and_takes_no_credits_whatever_is_in_flight(world: World) -> None:
    someone, gym = world.new_member(credits=120), world.new_gym()
    starts = world.starts(gym)[: BOOKINGS * 6 : 6]
    before = someone.credits

    def act(number: int) -> httpx.Response:
        if number == BOOKINGS // 2:
            return world.admin.send("POST", f"/admin/users/{someone.id}/ban", json=REASON)
        return someone.book(gym, starts[number % len(starts)])

    answers = at_once(BOOKINGS, act)
    outcomes = Counter((answer.status_code, _code(answer)) for answer in answers)
    assert set(outcomes) <= {(200, None), (201, None), (403, "account_banned")}, outcomes
    assert outcomes[200, None] == 1
    eventually(someone.sessions, lambda sessions: sessions == [])
    eventually(lambda: someone.credits, lambda credits: credits == before)
    assert len(someone.sessions("cancelled")) == outcomes[201, None]
    assert sum(entry["amount"] for entry in someone.ledger) == before
    assert someone.book(gym, starts[0]).json()["code"] == "account_banned"
    world.admin.call("POST", f"/admin/users/{someone.id}/unban")
    assert someone.book(gym, starts[0]).status_code == 201


def test_forty_bans_and_unbans_at_once(world: World) -> None:
    someone = world.new_member()

    def act(number: int) -> httpx.Response:
        action = "ban" if number % 2 else "unban"
        return world.admin.send("POST", f"/admin/users/{someone.id}/{action}", json=REASON if number % 2 else None)

    answers = at_once(AT_ONCE, act)
    assert {answer.status_code for answer in answers} <= {200, 429, 503}
    bans = sum(answer.status_code == 200 for number, answer in enumerate(answers) if number % 2)
    seen = world.admin.call("GET", f"/admin/users/{someone.id}")
    in_force = [entry for entry in seen["bans"] if entry["lifted_at"] is None]
    assert len(seen["bans"]) == bans
    assert len(in_force) == (1 if seen["status"] == "banned" else 0)
    found = world.admin.call("GET", "/admin/users", params={"email": someone.account.email, "status": seen["status"]})
    assert [item["id"] for item in found["items"]] == [someone.id]

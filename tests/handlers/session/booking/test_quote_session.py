"""POST /sessions/quote: what a booking would say, without making it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from solo60.ids import new_id
from tests.handlers.session.world import (
    NOW,
    add_gym,
    ban,
    book,
    credits_of,
    give_credits,
    items,
    quote,
    text,
)


def member_with(credits: int) -> str:
    user = new_id()
    give_credits(user, credits)
    return user


def test_a_quote_tells_price_deadline_and_that_it_can_be_booked() -> None:
    user, gym = member_with(8), add_gym()
    answer = quote(user, gym, "2026-03-04T18:00:00Z")
    assert answer.status == 200, answer.text
    assert answer.json == {
        "bookable": True,
        "price_credits": 8,
        "price": {"amount": 800, "currency": "GBP"},
        "refundable_until": "2026-03-04T06:00:00Z",
        "failures": [],
    }
    assert book(user, gym, "2026-03-04T18:00:00Z").json["price_credits"] == 8


def test_a_quote_names_every_rule_that_fails_in_the_order_of_booking() -> None:
    user = member_with(8)
    gym = add_gym(
        status="maintenance",
        min_duration=60,
        slot_minutes=30,
        requires_induction=True,
        opening_hours={"tuesday": [{"opens": "06:00", "closes": "07:00"}]},
    )
    answer = quote(user, gym, NOW + timedelta(minutes=15), 45)
    codes = [failure["code"] for failure in answer.json["failures"]]
    assert not answer.json["bookable"]
    assert codes == ["gym_not_active", "too_short", "off_grid", "too_soon", "gym_closed", "induction_required"]
    assert all(failure["detail"] for failure in answer.json["failures"])
    assert book(user, gym, NOW + timedelta(minutes=15), 45).code == "gym_not_active"


def test_a_quote_sees_what_is_taken_and_by_whom() -> None:
    user, other, gym = member_with(10), member_with(10), add_gym()
    start = NOW + timedelta(days=1)
    book(user, gym, start)
    own = quote(user, gym, start).json
    assert [failure["code"] for failure in own["failures"]] == ["own_overlap", "slot_taken", "insufficient_credits"]
    assert [failure["code"] for failure in quote(other, gym, start).json["failures"]] == ["slot_taken"]
    assert [failure["code"] for failure in quote(other, gym, start, 300).json["failures"]] == [
        "too_long",
        "slot_taken",
        "insufficient_credits",
    ]


def test_a_quote_has_no_side_effect() -> None:
    user, gym = member_with(8), add_gym()
    before = [items(domain) for domain in ("session", "payment", "gym", "user")]
    quote(user, gym, NOW + timedelta(days=1))
    assert [items(domain) for domain in ("session", "payment", "gym", "user")] == before
    assert credits_of(user) == 8


def test_a_quote_has_no_effect_and_keeps_no_key() -> None:
    user, gym = member_with(8), add_gym()
    first, again = (quote(user, gym, NOW + timedelta(days=1), key="k") for _ in range(2))
    assert again.text == first.text
    assert "Idempotent-Replayed" not in again.headers


def test_a_quote_needs_a_gym() -> None:
    user = member_with(8)
    assert quote(user, new_id(), NOW).code == "gym_not_found"


@pytest.mark.parametrize("key", [None, "tap"])
def test_a_quote_names_a_ban_among_the_other_faults(key: str | None) -> None:
    user, gym = member_with(0), add_gym()
    ban(user)
    answer = quote(user, gym, NOW + timedelta(days=1), key=key)
    assert answer.status == 200
    assert {failure["code"] for failure in answer.json["failures"]} == {"account_banned", "insufficient_credits"}


def test_a_late_quote_has_a_deadline_in_the_past() -> None:
    answer = quote(member_with(8), add_gym(), NOW + timedelta(hours=1))
    assert answer.json["refundable_until"] == text(NOW - timedelta(hours=11))
    assert answer.json["bookable"]


def test_a_quote_off_the_grid_counts_its_own_quarter_hours() -> None:
    gym = add_gym(credits_per_hour=10, price_bands=[])
    answer = quote(new_id(), gym, NOW + timedelta(hours=30, minutes=7), 60)
    assert (answer.json["bookable"], answer.json["price_credits"]) == (False, 10)

"""GET /payments/credits."""

from __future__ import annotations

from collections.abc import Callable

from payment.ledger.endpoints.get_credits import handler
from tests.handlers.payment.conftest import Shop

NOTHING = {"amount_demand": 0, "amount_subscription": 0, "total": 0, "expiring": []}


def test_a_member_without_an_account_has_nothing(shop: Shop, member: str) -> None:
    answer = shop.call(handler, user=member)
    assert (answer.status, answer.json) == (200, NOTHING)


def test_credits_tell_both_pots_and_what_expires_when(shop: Shop, member: str, trips: Callable[[], list[str]]) -> None:
    shop.bought(member)
    shop.grant(member, 4, "march", days=20)
    trips()
    assert shop.call(handler, user=member).json == {
        "amount_demand": 10,
        "amount_subscription": 4,
        "total": 14,
        "expiring": [
            {"pot": "subscription", "amount": 4, "expires_at": "2026-03-22T12:00:00Z"},
            {"pot": "demand", "amount": 10, "expires_at": "2027-03-02T12:00:00Z"},
        ],
    }
    assert trips() == ["BatchGetItem"]


def test_spent_credits_are_removed_and_refunded(shop: Shop, member: str) -> None:
    shop.grant(member, 4, "march", days=20)
    before = shop.credits(member)
    allocations = shop.book(member, 4)
    assert shop.credits(member) == NOTHING
    shop.cancel(member, allocations)
    assert shop.credits(member) == before


def test_expired_credits_cannot_be_spent_before_the_job_has_run(shop: Shop, member: str) -> None:
    shop.grant(member, 4, "march", days=20)
    shop.later(days=20, microseconds=-1)
    assert shop.credits(member)["total"] == 4
    shop.later(microseconds=1)
    assert shop.credits(member) == NOTHING


def test_a_member_sees_their_own_alone(shop: Shop, member: str, make_member: Callable[[], str]) -> None:
    shop.bought(member)
    assert shop.call(handler, user=make_member()).json == NOTHING

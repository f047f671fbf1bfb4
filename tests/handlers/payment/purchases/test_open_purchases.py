"""A member has at most five purchases that may still be paid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from payment.purchases.repository import MAX_OPEN
from tests.conftest import Answer
from tests.fakes.meanwhile import meanwhile
from tests.fakes.stripe import DECLINED_CARD, GOOD_CARD
from tests.handlers.payment.conftest import Shop


@pytest.fixture
def begun(shop: Shop, member: str) -> list[str]:
    """The payments of as many purchases as may be open."""
    return [shop.buy(member).json["stripe_payment_id"] for _ in range(MAX_OPEN)]


def refused(answer: Answer) -> bool:
    return (answer.status, answer.code) == (409, "too_many_pending")


def test_the_sixth_is_refused_before_stripe_is_asked(shop: Shop, member: str, begun: list[str]) -> None:
    asked = len(shop.stripe.requests)
    for body in ({}, {"payment_method_id": GOOD_CARD}, {}):
        assert refused(shop.buy(member, **body))
    assert len(shop.stripe.requests) == asked
    assert len(shop.stripe.intents) == len(begun) == 5


def test_another_member_is_not_concerned(shop: Shop, begun: list[str], make_member: Callable[[], str]) -> None:
    assert shop.buy(make_member()).status == 201


def test_a_refusal_keeps_no_key_and_a_replay_counts_once(shop: Shop, member: str) -> None:
    payments = [shop.buy(member, key="again").json["stripe_payment_id"] for _ in range(8)]
    assert len(set(payments)) == 1
    for _ in range(MAX_OPEN - 1):
        assert shop.buy(member).status == 201
    assert refused(shop.buy(member, key="new"))
    assert shop.buy(member, key="again").json["stripe_payment_id"] == payments[0]
    shop.stripe.pay(payments[0])
    assert shop.deliver(shop.event(payments[0])) == 0
    assert shop.buy(member, key="new").status == 201


def frees_one(shop: Shop, member: str) -> bool:
    """Whether exactly one more can be begun."""
    return shop.buy(member).status == 201 and refused(shop.buy(member))


def test_a_success_frees_a_place_however_often_its_event_comes(shop: Shop, member: str, begun: list[str]) -> None:
    shop.stripe.pay(begun[0])
    event = shop.event(begun[0])
    assert shop.deliver(event, event, shop.event(begun[0])) == 0
    assert frees_one(shop, member)
    assert shop.deliver(event, shop.event(begun[0])) == 0
    assert refused(shop.buy(member))


def test_a_cancellation_frees_a_place(shop: Shop, member: str, begun: list[str]) -> None:
    shop.stripe.intents[begun[0]]["status"] = "canceled"
    assert shop.deliver(shop.event(begun[0], "payment_intent.canceled")) == 0
    assert frees_one(shop, member)


def test_a_card_that_fails_frees_no_place_until_the_payment_is_cancelled(
    shop: Shop, member: str, begun: list[str]
) -> None:
    shop.stripe.decline(begun[0])
    assert shop.deliver(shop.event(begun[0], "payment_intent.payment_failed")) == 0
    assert refused(shop.buy(member))
    shop.stripe.pay(begun[0])
    assert shop.deliver(shop.event(begun[0])) == 0
    assert frees_one(shop, member)


def test_after_a_day_all_places_are_free(shop: Shop, member: str, begun: list[str]) -> None:
    shop.stripe.decline(begun[0])
    shop.later(hours=23, minutes=59)
    shop.sweep()
    assert refused(shop.buy(member))
    shop.later(minutes=1)
    shop.sweep()
    assert {shop.stripe.intents[payment]["status"] for payment in begun} == {"canceled"}
    assert [shop.buy(member).status for _ in range(MAX_OPEN + 1)] == [201] * MAX_OPEN + [409]


def test_purchases_that_stripe_never_knew_are_open_too_and_expire(shop: Shop, member: str) -> None:
    for _ in range(MAX_OPEN):
        shop.stripe.lost_requests = 3
        assert shop.buy(member).status == 503
    assert refused(shop.buy(member))
    shop.later(hours=24)
    shop.sweep()
    assert shop.buy(member).status == 201


def test_a_declined_saved_card_leaves_nothing_open(shop: Shop, member: str) -> None:
    for _ in range(MAX_OPEN + 2):
        answer = shop.buy(member, payment_method_id=DECLINED_CARD)
        assert (answer.status, answer.code) == (409, "payment_declined")
    assert {intent["status"] for intent in shop.stripe.intents.values()} == {"canceled"}
    shop.later(hours=1)
    assert shop.sweep() == 0
    assert shop.deliver(shop.event("pi_1", "payment_intent.payment_failed"), shop.event("pi_1")) == 1
    assert shop.buy(member, payment_method_id="pm_unknown").status == 422
    assert [shop.buy(member).status for _ in range(MAX_OPEN + 1)] == [201] * MAX_OPEN + [409]


def test_a_declined_payment_that_cannot_be_cancelled_now_is_open_until_the_sweep(
    shop: Shop, member: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = shop.stripe._confirm

    def decline_and_go_down(intent: dict[str, Any]) -> Any:
        answer = real(intent)
        shop.stripe.failing = 3
        return answer

    monkeypatch.setattr(shop.stripe, "_confirm", decline_and_go_down)
    for _ in range(MAX_OPEN):
        answer = shop.buy(member, payment_method_id=DECLINED_CARD)
        assert (answer.status, answer.code) == (409, "payment_declined")
    assert refused(shop.buy(member))
    shop.later(hours=24)
    shop.sweep()
    assert shop.buy(member).status == 201


def test_of_two_that_take_the_last_place_at_once_one_is_refused(shop: Shop, member: str) -> None:
    for _ in range(MAX_OPEN - 1):
        assert shop.buy(member).status == 201
    others: list[Answer] = []
    meanwhile(lambda: others.append(shop.buy(member)))
    assert refused(shop.buy(member))
    assert [answer.status for answer in others] == [201]
    assert len(shop.stripe.intents) == MAX_OPEN

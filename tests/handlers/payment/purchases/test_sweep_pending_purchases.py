"""The sweep over purchases that stay pending."""

from __future__ import annotations

from typing import Any

import pytest

from payment.purchases.jobs.sweep_pending_purchases import handler
from solo60 import aws
from solo60.collaborators import forget_collaborators
from tests.conftest import LambdaContext, outbox
from tests.fakes.stripe import GOOD_CARD
from tests.handlers.payment.conftest import Shop, lost_answers


def vanish_after(shop: Shop, step: str) -> None:
    """Let Stripe act on `step` and its answer be lost, with all repeats."""
    real = getattr(shop.stripe, step)

    def act(*args: Any) -> Any:
        shop.stripe.lost_answers = 3
        return real(*args)

    setattr(shop.stripe, step, act)


def test_a_purchase_is_left_alone_for_15_minutes(shop: Shop, member: str) -> None:
    shop.buy(member)
    asked = len(shop.stripe.requests)
    shop.later(minutes=14, seconds=59)
    assert shop.sweep() == 0
    shop.later(seconds=1)
    assert shop.sweep() == 1
    assert len(shop.stripe.requests) == asked + 1


def test_it_works_by_the_time_in_its_event(shop: Shop, member: str) -> None:
    shop.buy(member)
    assert handler({"time": "2026-03-02T12:14:59Z"}, LambdaContext()) == {"done": 0}
    assert handler({"time": "2026-03-02T12:15:00Z"}, LambdaContext()) == {"done": 1}


def test_a_payment_whose_event_never_came_is_settled_once(shop: Shop, member: str) -> None:
    purchase = shop.buy(member).json
    shop.stripe.pay(purchase["stripe_payment_id"])
    shop.later(minutes=15)
    assert shop.sweep() == 1
    assert shop.purchase(member, purchase["id"])["status"] == "succeeded"
    assert shop.deliver(shop.event(purchase["stripe_payment_id"])) == 0
    assert shop.sweep() == 0
    assert shop.balanced(member) == 10
    assert len(outbox("payment", "CreditsPurchased")) == 1


def test_a_charge_whose_answer_was_lost_is_found_and_not_repeated(shop: Shop, member: str) -> None:
    vanish_after(shop, "_confirm")
    assert shop.buy(member, payment_method_id=GOOD_CARD).status == 503
    shop.later(minutes=15)
    assert shop.sweep() == 1
    assert shop.stripe.charges == ["pi_1"]
    assert shop.balanced(member) == 10


def test_a_payment_whose_answer_was_lost_can_be_paid(shop: Shop, member: str) -> None:
    vanish_after(shop, "_create")
    assert shop.buy(member).status == 503
    purchase_id = shop.stripe.intents["pi_1"]["metadata"]["purchase_id"]
    assert shop.purchase(member, purchase_id)["client_secret"] is None
    shop.later(minutes=15)
    assert shop.sweep() == 1
    assert list(shop.stripe.intents) == ["pi_1"]
    assert shop.purchase(member, purchase_id)["client_secret"] == "pi_1_secret"


def test_a_failed_purchase_that_is_paid_with_another_card_is_found(shop: Shop, member: str) -> None:
    purchase = shop.buy(member).json
    payment = purchase["stripe_payment_id"]
    shop.stripe.decline(payment)
    assert shop.deliver(shop.event(payment, "payment_intent.payment_failed")) == 0
    assert shop.purchase(member, purchase["id"])["status"] == "failed"
    shop.stripe.pay(payment)  # and the event of it never comes
    shop.later(minutes=15)
    assert shop.sweep() == 1
    assert shop.purchase(member, purchase["id"])["status"] == "succeeded"
    assert shop.balanced(member) == 10
    shop.later(hours=30)
    assert shop.sweep() == 0


def test_a_failed_purchase_cannot_be_paid_after_a_day(shop: Shop, member: str) -> None:
    purchase = shop.buy(member).json
    shop.stripe.decline(purchase["stripe_payment_id"])
    assert shop.deliver(shop.event(purchase["stripe_payment_id"], "payment_intent.payment_failed")) == 0
    shop.later(hours=2)
    assert shop.sweep() == 1
    assert shop.stripe.intents["pi_1"]["status"] == "requires_payment_method"
    shop.later(hours=23)
    assert shop.sweep() == 1
    assert shop.stripe.intents["pi_1"]["status"] == "canceled"
    assert shop.purchase(member, purchase["id"])["client_secret"] is None
    shop.later(hours=30)
    assert shop.sweep() == 0
    assert len(outbox("payment", "PaymentFailed")) == 1


def test_a_request_that_never_arrived_is_not_charged_behind_the_members_back(shop: Shop, member: str) -> None:
    shop.stripe.lost_requests = 3
    assert shop.buy(member, payment_method_id=GOOD_CARD).status == 503
    shop.later(minutes=15)
    assert shop.sweep() == 1
    assert shop.stripe.charges == []
    assert shop.balanced(member) == 0


def test_a_failure_whose_event_was_lost_is_reported(shop: Shop, member: str) -> None:
    purchase = shop.buy(member).json
    shop.stripe.decline(purchase["stripe_payment_id"])
    shop.later(minutes=15)
    shop.sweep()
    assert shop.purchase(member, purchase["id"])["failure_reason"] == "Your card was declined."
    assert len(outbox("payment", "PaymentFailed")) == 1


def test_stripe_is_checked_less_and_less_often(shop: Shop, member: str) -> None:
    shop.buy(member)
    begun = shop.now
    looks = []
    for _ in range(25 * 4):
        shop.later(minutes=15)
        if shop.sweep():
            looks.append((shop.now - begun).total_seconds() / 3600)
    assert looks == [0.25, 0.5, 1, 2, 4, 8, 16, 24]


def test_after_24_hours_it_is_given_up_and_can_no_longer_be_paid(shop: Shop, member: str) -> None:
    purchase = shop.buy(member).json
    shop.later(hours=24)
    assert shop.sweep() == 1
    assert shop.stripe.intents["pi_1"]["status"] == "canceled"
    failed = shop.purchase(member, purchase["id"])
    assert (failed["status"], failed["failure_reason"]) == (
        "failed",
        "The payment was not completed within 24 hours.",
    )
    assert outbox("payment") == []
    assert shop.deliver(shop.event("pi_1", "payment_intent.canceled")) == 0
    assert shop.sweep() == 0


def test_one_that_stripe_never_knew_is_given_up_too(shop: Shop, member: str) -> None:
    shop.stripe.lost_requests = 3
    assert shop.buy(member, key="k").status == 503
    shop.later(hours=24)
    assert shop.sweep() == 1
    assert shop.stripe.intents == {}
    assert shop.sweep() == 0


def test_a_payment_made_at_the_last_moment_beats_giving_up(
    shop: Shop, member: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.buy(member)
    real = shop.stripe._handle

    def pay_before_cancelling(method: str, path: str, data: dict[str, str]) -> Any:
        if path.endswith("cancel"):
            shop.stripe.pay("pi_1")
        return real(method, path, data)

    monkeypatch.setattr(shop.stripe, "_handle", pay_before_cancelling)
    shop.later(hours=24)
    shop.sweep()
    assert shop.balanced(member) == 10


def test_one_that_is_being_processed_is_waited_for(shop: Shop, member: str) -> None:
    purchase = shop.buy(member).json
    shop.stripe.intents["pi_1"]["status"] = "processing"
    shop.later(hours=24)
    shop.sweep()
    assert shop.purchase(member, purchase["id"])["status"] == "pending"
    shop.stripe.pay("pi_1")
    shop.later(hours=1)
    shop.sweep()
    assert shop.balanced(member) == 10


def test_a_run_can_be_repeated(shop: Shop, member: str) -> None:
    shop.buy(member)
    shop.later(minutes=15)
    assert shop.sweep() == 1
    asked = len(shop.stripe.requests)
    assert shop.sweep() == 0
    assert len(shop.stripe.requests) == asked


def test_one_failure_does_not_block_the_others_and_is_made_up_for(shop: Shop, member: str) -> None:
    for _ in range(2):
        shop.stripe.pay(shop.buy(member).json["stripe_payment_id"])
    shop.later(minutes=15)
    shop.stripe.failing = 3
    assert shop.sweep_with_faults() == 1
    assert shop.balanced(member) == 10
    shop.later(minutes=30)
    assert shop.sweep() == 1
    assert shop.balanced(member) == 20


def test_a_lost_answer_while_settling_gives_the_credits_once(shop: Shop, member: str) -> None:
    purchase = shop.buy(member).json
    shop.stripe.pay(purchase["stripe_payment_id"])
    shop.later(minutes=15)
    with lost_answers("TransactWriteItems", 2):
        shop.sweep()
    shop.later(minutes=30)
    shop.sweep()
    assert shop.balanced(member) == 10


def test_the_worker_reads_the_key_of_stripe_in_its_own_process(shop: Shop, member: str) -> None:
    shop.buy(member)
    asked = len(shop.stripe.requests)
    aws.forget_secrets()
    forget_collaborators()
    shop.later(minutes=15)
    assert shop.sweep() == 1
    assert len(shop.stripe.requests) == asked + 1

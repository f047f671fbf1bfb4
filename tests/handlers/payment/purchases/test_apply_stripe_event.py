"""From Stripe's event to the member's credits."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from payment.purchases import settlement
from payment.purchases.endpoints.create_purchase import handler as create_purchase
from payment.purchases.repository import PurchaseRepository
from payment.purchases.workers.apply_stripe_event import handler
from payment.stripe.endpoints.receive_stripe_event import handler as receive
from solo60.grants import QueueGrant
from solo60.ids import new_id
from solo60.records import batch_get
from tests.conftest import outbox
from tests.fakes.meanwhile import meanwhile
from tests.handlers.payment.conftest import Shop, lost_answers


def begun(shop: Shop, user: str) -> tuple[str, str]:
    """A purchase and its payment."""
    answer = shop.buy(user).json
    return answer["id"], answer["stripe_payment_id"]


def test_a_paid_purchase_moves_its_credits(shop: Shop, member: str) -> None:
    purchase_id, payment = begun(shop, member)
    shop.later(minutes=3)
    shop.stripe.pay(payment)
    assert shop.deliver(shop.event(payment)) == 0
    assert shop.purchase(member, purchase_id)["status"] == "succeeded"
    assert shop.purchase(member, purchase_id)["client_secret"] is None
    assert shop.credits(member) == {
        "amount_demand": 10,
        "amount_subscription": 0,
        "total": 10,
        "expiring": [{"pot": "demand", "amount": 10, "expires_at": "2027-03-02T12:03:00Z"}],
    }
    (entry,) = shop.ledger(member)
    assert entry == {
        "id": entry["id"],
        "type": "purchase",
        "amount": 10,
        "pot": "demand",
        "description": "Ten hours",
        "reference": purchase_id,
        "stripe_payment_id": payment,
        "created_at": "2026-03-02T12:03:00Z",
    }
    (told,) = outbox("payment")
    assert told["detail_type"] == "CreditsPurchased"
    assert told["data"] == {
        "user_id": member,
        "purchase_id": purchase_id,
        "package_name": "Ten hours",
        "credits": 10,
        "price": {"amount": 9000, "currency": "GBP"},
    }


def test_settlement_uses_the_correlation_id_of_the_purchase(shop: Shop, member: str) -> None:
    headers = {"X-Correlation-Id": "app-1"}
    paid, refused = (
        shop.call(create_purchase, user=member, headers=headers, body={"package_id": shop.package}).json
        for _ in range(2)
    )
    shop.stripe.pay(paid["stripe_payment_id"])
    shop.stripe.decline(refused["stripe_payment_id"])
    shop.deliver(
        shop.event(paid["stripe_payment_id"]), shop.event(refused["stripe_payment_id"], "payment_intent.payment_failed")
    )
    told = outbox("payment")
    assert {event["detail_type"] for event in told} == {"CreditsPurchased", "PaymentFailed"}
    assert {event["correlation_id"] for event in told} == {"app-1"}


def test_the_worker_works_off_what_the_webhook_fills() -> None:
    assert QueueGrant(handler.declaration.queue) in receive.grants


def test_packs_add_up(shop: Shop, member: str) -> None:
    shop.bought(member)
    shop.later(days=1)
    shop.bought(member)
    assert [lot["expires_at"] for lot in shop.credits(member)["expiring"]] == [
        "2027-03-02T12:00:00Z",
        "2027-03-03T12:00:00Z",
    ]
    assert shop.balanced(member) == 20


def test_an_event_is_applied_once_however_often_delivered(shop: Shop, member: str) -> None:
    _, payment = begun(shop, member)
    shop.stripe.pay(payment)
    once = shop.event(payment)
    assert shop.deliver(once, once) == 0
    assert shop.deliver(once) == 0
    another = shop.event(payment)
    assert shop.deliver(another) == 0
    assert shop.balanced(member) == 10
    assert len(outbox("payment", "CreditsPurchased")) == 1


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_order_does_not_matter_and_a_failure_never_undoes_a_success(
    shop: Shop, member: str, order: tuple[int, ...]
) -> None:
    purchase_id, payment = begun(shop, member)
    shop.stripe.decline(payment)
    declined = shop.event(payment, "payment_intent.payment_failed")
    canceled = shop.event(payment, "payment_intent.canceled", status="canceled")
    shop.stripe.pay(payment)
    paid = shop.event(payment)
    events = [declined, canceled, paid]
    for number in order:
        assert shop.deliver(events[number]) == 0
    assert shop.purchase(member, purchase_id)["status"] == "succeeded"
    assert shop.purchase(member, purchase_id)["failure_reason"] is None
    assert shop.balanced(member) == 10


def test_a_failed_payment_is_reported_once_and_can_still_be_paid(shop: Shop, member: str) -> None:
    purchase_id, payment = begun(shop, member)
    shop.stripe.decline(payment)
    assert shop.deliver(shop.event(payment, "payment_intent.payment_failed")) == 0
    assert shop.deliver(shop.event(payment, "payment_intent.payment_failed")) == 0
    failed = shop.purchase(member, purchase_id)
    assert (failed["status"], failed["failure_reason"]) == ("failed", "Your card was declined.")
    assert failed["client_secret"]
    (told,) = outbox("payment")
    assert (told["detail_type"], told["data"]["reason"]) == ("PaymentFailed", "Your card was declined.")
    shop.stripe.pay(payment)
    assert shop.deliver(shop.event(payment)) == 0
    assert shop.credits(member)["total"] == 10


def reasons() -> list[str]:
    """What members were told of failures, in any order."""
    return sorted(event["data"]["reason"] for event in outbox("payment", "PaymentFailed"))


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 1, 0, 1), (1, 0, 0)])
def test_each_failure_is_told_and_the_latest_reason_shown(shop: Shop, member: str, order: tuple[int, ...]) -> None:
    purchase_id, payment = begun(shop, member)
    events = []
    for message in ("Your card has expired.", "Your card was declined."):
        shop.later(minutes=1)
        shop.stripe.decline(payment, message)
        events.append(shop.event(payment, "payment_intent.payment_failed"))
    for number in order:
        assert shop.deliver(events[number]) == 0
    assert shop.purchase(member, purchase_id)["failure_reason"] == "Your card was declined."
    assert reasons() == ["Your card has expired.", "Your card was declined."]
    assert len({event["event_id"] for event in outbox("payment", "PaymentFailed")}) == 2


def test_failures_without_a_charge_are_told_apart_by_their_cards(shop: Shop, member: str) -> None:
    _, payment = begun(shop, member)
    error = {"code": "payment_intent_authentication_failure", "message": "It was not authenticated."}
    for card in ("pm_1", "pm_2", "pm_1"):
        failed = {**error, "payment_method": {"id": card}}
        event = shop.event(payment, "payment_intent.payment_failed", last_payment_error=failed)
        assert shop.deliver(event) == 0
    assert len(reasons()) == 2


def test_who_tries_cards_without_end_gets_no_mails_without_end(
    shop: Shop, member: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settlement, "MAX_FAILURES_TOLD", 3)
    _, payment = begun(shop, member)
    for _ in range(5):
        shop.stripe.decline(payment)
        assert shop.deliver(shop.event(payment, "payment_intent.payment_failed")) == 0
    assert len(reasons()) == 3
    shop.stripe.pay(payment)
    assert shop.deliver(shop.event(payment)) == 0
    assert shop.balanced(member) == 10


def test_two_failures_at_once_are_both_told(shop: Shop, member: str) -> None:
    purchase_id, payment = begun(shop, member)
    events = []
    for message in ("first", "second"):
        shop.later(minutes=1)
        shop.stripe.decline(payment, message)
        events.append(shop.event(payment, "payment_intent.payment_failed"))
    for event in events:
        assert shop.receive(event).status == 200
    first, second = shop.queued()
    meanwhile(lambda: shop.work(second))
    assert shop.work(first) == 0
    assert shop.purchase(member, purchase_id)["failure_reason"] == "second"
    assert reasons() == ["first", "second"]


@pytest.mark.parametrize("late", ["payment_intent.payment_failed", "payment_intent.canceled"])
def test_no_failure_is_told_after_the_success(shop: Shop, member: str, late: str) -> None:
    purchase_id, payment = begun(shop, member)
    shop.stripe.decline(payment)
    event = shop.event(payment, late)
    shop.stripe.pay(payment)
    assert shop.deliver(shop.event(payment)) == 0
    assert shop.deliver(event) == 0
    assert reasons() == []
    paid = shop.purchase(member, purchase_id)
    assert (paid["status"], paid["failure_reason"], paid["client_secret"]) == ("succeeded", None, None)


@pytest.mark.parametrize("declined_first", [False, True])
def test_a_cancelled_payment_shows_no_client_secret(shop: Shop, member: str, declined_first: bool) -> None:
    purchase_id, payment = begun(shop, member)
    assert shop.purchase(member, purchase_id)["client_secret"]
    if declined_first:
        shop.stripe.decline(payment)
        assert shop.deliver(shop.event(payment, "payment_intent.payment_failed")) == 0
        assert shop.purchase(member, purchase_id)["client_secret"]
    shop.stripe.intents[payment]["status"] = "canceled"
    assert shop.deliver(shop.event(payment, "payment_intent.canceled")) == 0
    cancelled = shop.purchase(member, purchase_id)
    assert (cancelled["status"], cancelled["client_secret"]) == ("failed", None)
    reason = "Your card was declined." if declined_first else "The payment was cancelled."
    assert cancelled["failure_reason"] == reason
    shop.later(hours=1)
    assert shop.sweep() == 0


def test_a_cancelled_payment_fails_without_a_message(shop: Shop, member: str) -> None:
    purchase_id, payment = begun(shop, member)
    assert shop.deliver(shop.event(payment, "payment_intent.canceled", status="canceled")) == 0
    assert shop.purchase(member, purchase_id)["status"] == "failed"
    assert outbox("payment") == []


def test_an_event_that_is_faster_than_its_purchase_waits(shop: Shop, member: str) -> None:
    purchase_id, payment = begun(shop, member)
    shop.stripe.pay(payment)
    row = PurchaseRepository().find(batch_get, purchase_id)
    assert row is not None
    row.delete()
    assert shop.receive(shop.event(payment)).status == 200
    (message,) = shop.queued()
    assert shop.work(message) == 1
    row.save()
    assert shop.work(message) == 0
    assert shop.balanced(member) == 10


def test_an_event_before_the_answer_of_stripe_was_kept_is_applied(shop: Shop, member: str) -> None:
    real = shop.stripe._create

    def create_and_vanish(data: dict[str, str]) -> Any:
        shop.stripe.lost_answers = 3
        return real(data)

    shop.stripe._create = create_and_vanish  # type: ignore[method-assign]
    assert shop.buy(member, key="k").status == 503
    shop.stripe.pay("pi_1")
    assert shop.deliver(shop.event("pi_1")) == 0
    assert shop.credits(member)["total"] == 10


@pytest.mark.parametrize(
    "lie",
    [
        {"amount": 1},
        {"amount_received": 1},
        {"currency": "usd"},
        {"id": "pi_other"},
        {"status": "requires_capture"},
        {"metadata": "of another member"},
    ],
    ids=lambda lie: next(iter(lie)),
)
def test_a_payment_that_does_not_match_its_purchase_is_not_applied(
    shop: Shop, member: str, lie: dict[str, Any]
) -> None:
    purchase_id, payment = begun(shop, member)
    shop.stripe.pay(payment)
    if "metadata" in lie:
        lie = {"metadata": {"purchase_id": purchase_id, "user_id": new_id()}}
    assert shop.deliver(shop.event(payment, **lie)) == 1
    assert shop.purchase(member, purchase_id)["status"] == "pending"
    assert shop.balanced(member) == 0
    assert outbox("payment") == []


def test_a_second_payment_of_one_purchase_is_not_swallowed(shop: Shop, member: str) -> None:
    _, payment = begun(shop, member)
    shop.stripe.pay(payment)
    assert shop.deliver(shop.event(payment)) == 0
    assert shop.deliver(shop.event(payment, id="pi_second")) == 1
    assert shop.balanced(member) == 10


def test_a_payment_without_purchase_is_ignored(shop: Shop, member: str) -> None:
    _, payment = begun(shop, member)
    shop.stripe.pay(payment)
    assert shop.receive(shop.event(payment)).status == 200
    (queued,) = shop.queued()
    message = json.loads(queued)
    message["intent"]["metadata"] = {}
    assert shop.work(json.dumps(message)) == 0
    assert shop.balanced(member) == 0


def test_one_bad_message_does_not_block_the_others(shop: Shop, member: str) -> None:
    _, payment = begun(shop, member)
    shop.stripe.pay(payment)
    good = shop.event(payment)
    bad = shop.event(payment, metadata={"purchase_id": new_id(), "user_id": member})
    assert shop.deliver(bad, good) == 1
    assert shop.balanced(member) == 10


@pytest.mark.parametrize("times", [1, 3])
def test_an_answer_lost_after_the_write_gives_the_credits_once(shop: Shop, member: str, times: int) -> None:
    purchase_id, payment = begun(shop, member)
    shop.stripe.pay(payment)
    assert shop.receive(shop.event(payment)).status == 200
    (message,) = shop.queued()
    with lost_answers("TransactWriteItems", times):
        shop.work(message)
    assert shop.work(message) == 0
    assert shop.purchase(member, purchase_id)["status"] == "succeeded"
    assert shop.balanced(member) == 10
    assert len(outbox("payment", "CreditsPurchased")) == 1


def test_the_queue_contains_only_what_is_needed(shop: Shop, member: str) -> None:
    _, payment = begun(shop, member)
    assert shop.receive(shop.event(payment, shipping={"name": "A Member"})).status == 200
    (message,) = shop.queued()
    assert json.loads(message)["intent"]["id"] == payment
    assert "A Member" not in message

"""GET /payments/purchases/{purchase_id}."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from payment.purchases.endpoints.get_purchase import handler
from solo60.ids import new_id
from tests.conftest import outbox
from tests.fakes.meanwhile import meanwhile
from tests.handlers.payment.conftest import Shop


def test_a_purchase_reads_as_it_was_answered(shop: Shop, member: str, trips: Callable[[], list[str]]) -> None:
    begun = shop.buy(member)
    trips()
    answer = shop.call(handler, user=member, path={"purchase_id": begun.json["id"]})
    assert (answer.status, answer.json) == (200, begun.json)
    assert trips() == ["BatchGetItem"]


def test_a_purchase_keeps_the_pack_as_it_was(shop: Shop, member: str) -> None:
    begun = shop.buy(member).json
    shop.put_on_sale(credits=12, amount=9900)
    assert shop.purchase(member, begun["id"]) == begun
    assert shop.buy(member).json["credits"] == 12


def test_a_paid_purchase_shows_no_client_secret(shop: Shop, member: str) -> None:
    paid = shop.purchase(member, shop.bought(member))
    assert (paid["status"], paid["client_secret"]) == ("succeeded", None)


def test_a_purchase_is_its_members_alone(shop: Shop, member: str, make_member: Callable[[], str]) -> None:
    purchase_id = shop.buy(member).json["id"]
    for user, wanted in ((make_member(), purchase_id), (member, new_id())):
        answer = shop.call(handler, user=user, path={"purchase_id": wanted})
        assert (answer.status, answer.code) == (404, "purchase_not_found")
    assert shop.call(handler, user=member, path={"purchase_id": "one"}).status == 422


@pytest.fixture
def waiting(shop: Shop, member: str) -> dict[str, Any]:
    """A purchase that was paid five seconds ago, and whose event does not come."""
    purchase: dict[str, Any] = shop.buy(member).json
    shop.stripe.pay(purchase["stripe_payment_id"])
    shop.later(seconds=5)
    return purchase


def asked(shop: Shop) -> int:
    """How often Stripe was asked about a payment."""
    return sum(method == "get" for method, _, _ in shop.stripe.requests)


def test_a_lost_event_is_made_up_for_by_a_read(shop: Shop, member: str, waiting: dict[str, Any]) -> None:
    assert shop.purchase(member, waiting["id"])["status"] == "succeeded"
    assert shop.deliver(shop.event(waiting["stripe_payment_id"])) == 0
    assert shop.purchase(member, waiting["id"])["status"] == "succeeded"
    assert asked(shop) == 1
    assert shop.balanced(member) == 10
    assert len(outbox("payment", "CreditsPurchased")) == 1


def test_for_five_seconds_the_event_is_waited_for(shop: Shop, member: str, waiting: dict[str, Any]) -> None:
    shop.later(seconds=-0.001)
    assert shop.purchase(member, waiting["id"])["status"] == "pending"
    assert asked(shop) == 0


def test_stripe_is_asked_at_most_once_a_minute(shop: Shop, member: str) -> None:
    purchase_id = shop.buy(member).json["id"]
    for _ in range(60):
        shop.later(seconds=2)
        assert shop.purchase(member, purchase_id)["status"] == "pending"
    assert asked(shop) == 2


def test_of_two_reads_at_once_one_asks(shop: Shop, member: str, waiting: dict[str, Any]) -> None:
    others: list[Any] = []
    meanwhile(lambda: others.append(shop.purchase(member, waiting["id"])), operation="UpdateItem")
    assert shop.purchase(member, waiting["id"])["status"] == "succeeded"
    assert [purchase["status"] for purchase in others] == ["succeeded"]
    assert asked(shop) == 1
    assert shop.balanced(member) == 10


def test_a_read_while_the_event_is_applied_gives_the_credits_once(
    shop: Shop, member: str, waiting: dict[str, Any]
) -> None:
    meanwhile(lambda: shop.deliver(shop.event(waiting["stripe_payment_id"])))
    assert shop.purchase(member, waiting["id"])["status"] == "succeeded"
    assert shop.balanced(member) == 10
    assert len(outbox("payment", "CreditsPurchased")) == 1


@pytest.mark.parametrize("fault", ["lost_requests", "lost_answers", "failing"])
def test_a_stripe_that_fails_does_not_break_the_read(
    shop: Shop, member: str, waiting: dict[str, Any], fault: str
) -> None:
    setattr(shop.stripe, fault, 1)
    answer = shop.call(handler, user=member, path={"purchase_id": waiting["id"]})
    assert (answer.status, answer.json) == (200, waiting)
    shop.later(seconds=59)
    assert shop.purchase(member, waiting["id"])["status"] == "pending"
    shop.later(seconds=1)
    assert shop.purchase(member, waiting["id"])["status"] == "succeeded"


def test_a_payment_that_does_not_match_does_not_break_the_read(
    shop: Shop, member: str, waiting: dict[str, Any]
) -> None:
    shop.stripe.intents[waiting["stripe_payment_id"]]["amount"] = 1
    assert shop.purchase(member, waiting["id"]) == waiting
    assert shop.balanced(member) == 0


def test_a_decline_and_a_later_payment_are_seen_and_told_once(shop: Shop, member: str) -> None:
    purchase = shop.buy(member).json
    shop.stripe.decline(purchase["stripe_payment_id"])
    shop.later(seconds=10)
    failed = shop.purchase(member, purchase["id"])
    assert (failed["status"], failed["failure_reason"]) == ("failed", "Your card was declined.")
    assert shop.deliver(shop.event(purchase["stripe_payment_id"], "payment_intent.payment_failed")) == 0
    assert len(outbox("payment", "PaymentFailed")) == 1
    shop.stripe.pay(purchase["stripe_payment_id"])
    shop.later(minutes=1)
    assert shop.purchase(member, purchase["id"])["status"] == "succeeded"


@pytest.mark.parametrize("status", ["canceled", "requires_action", "processing"])
def test_what_stripe_says_is_shown(shop: Shop, member: str, status: str) -> None:
    purchase = shop.buy(member).json
    shop.stripe.intents[purchase["stripe_payment_id"]]["status"] = status
    shop.later(seconds=10)
    shown = shop.purchase(member, purchase["id"])
    assert shown["status"] == ("failed" if status == "canceled" else "pending")
    assert (shown["client_secret"] is None) == (status == "canceled")
    shop.later(minutes=2)
    shop.purchase(member, purchase["id"])
    assert asked(shop) == (1 if status == "canceled" else 2)


def test_nobody_is_asked_about_another_members_purchase(
    shop: Shop, waiting: dict[str, Any], make_member: Callable[[], str]
) -> None:
    answer = shop.call(handler, user=make_member(), path={"purchase_id": waiting["id"]})
    assert (answer.status, answer.code) == (404, "purchase_not_found")
    assert asked(shop) == 0


def test_one_whose_payment_is_not_known_here_is_read_as_it_is(
    shop: Shop, member: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = shop.stripe._create

    def create_and_vanish(data: dict[str, str]) -> Any:
        shop.stripe.lost_answers = 3
        return real(data)

    monkeypatch.setattr(shop.stripe, "_create", create_and_vanish)
    assert shop.buy(member).status == 503
    shop.later(minutes=2)
    assert shop.purchase(member, shop.stripe.intents["pi_1"]["metadata"]["purchase_id"])["status"] == "pending"
    assert asked(shop) == 0

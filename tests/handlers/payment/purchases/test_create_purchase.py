"""POST /payments/purchases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from payment.purchases.endpoints.create_purchase import handler as create_purchase
from payment.records import PromoCode
from solo60.ids import new_id
from tests.conftest import outbox
from tests.fakes.stripe import CHALLENGED_CARD, DECLINED_CARD, GOOD_CARD, timed_out
from tests.handlers.payment.conftest import Shop


def test_a_purchase_is_pending_with_what_the_app_needs_to_pay_it(shop: Shop, member: str) -> None:
    answer = shop.buy(member)
    assert answer.status == 201
    assert answer.json == {
        "id": answer.json["id"],
        "status": "pending",
        "credits": 10,
        "price": {"amount": 9000, "currency": "GBP"},
        "client_secret": "pi_1_secret",
        "stripe_payment_id": "pi_1",
        "package_id": shop.package,
        "failure_reason": None,
        "created_at": "2026-03-02T12:00:00Z",
    }
    assert shop.purchase(member, answer.json["id"]) == answer.json
    assert (
        shop.stripe.intents["pi_1"]
        | {
            "amount": 9000,
            "currency": "gbp",
            "customer": "cus_1",
            "metadata": {"purchase_id": answer.json["id"], "user_id": member},
        }
        == shop.stripe.intents["pi_1"]
    )
    assert [key for _, _, key in shop.stripe.requests] == [f"customer-{member}", f"purchase-{answer.json['id']}"]
    assert shop.credits(member)["total"] == 0


def test_the_customer_is_made_once(shop: Shop, member: str) -> None:
    shop.buy(member)
    shop.buy(member)
    assert len(shop.stripe.customers) == 1
    assert {intent["customer"] for intent in shop.stripe.intents.values()} == {"cus_1"}


def test_a_purchase_costs_at_most_three_trips(shop: Shop, member: str, trips: Callable[[], list[str]]) -> None:
    assert shop.buy(member, key="a").status == 201
    assert trips() == ["BatchGetItem", "TransactWriteItems", "TransactWriteItems"]
    shop.stripe.lost_requests = 3
    assert shop.buy(member, key="b").status == 503
    trips()
    assert shop.buy(member, key="b").status == 201
    assert trips() == ["BatchGetItem", "BatchGetItem", "TransactWriteItems", "TransactWriteItems"]


def test_the_same_key_replays_the_answer(shop: Shop, member: str) -> None:
    first = shop.buy(member, key="once")
    again = shop.buy(member, key="once")
    assert again.text == first.text
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(shop.stripe.intents) == 1


def test_a_saved_card_is_charged_and_credits_still_wait_for_the_event(shop: Shop, member: str) -> None:
    answer = shop.buy(member, payment_method_id=GOOD_CARD)
    assert (answer.status, answer.json["status"]) == (201, "pending")
    assert shop.stripe.charges == ["pi_1"]
    assert shop.credits(member)["total"] == 0
    assert shop.deliver(shop.event("pi_1")) == 0
    assert shop.credits(member)["total"] == 10


def test_a_card_that_requires_authentication_leaves_the_purchase_pending(shop: Shop, member: str) -> None:
    answer = shop.buy(member, payment_method_id=CHALLENGED_CARD)
    assert (answer.status, answer.json["status"], answer.json["client_secret"]) == (201, "pending", "pi_1_secret")


def test_a_declined_card_fails_the_purchase_and_is_reported_once(shop: Shop, member: str) -> None:
    answer = shop.buy(member, key="try", payment_method_id=DECLINED_CARD)
    assert (answer.status, answer.code) == (409, "payment_declined")
    purchase_id = shop.stripe.intents["pi_1"]["metadata"]["purchase_id"]
    assert shop.purchase(member, purchase_id)["status"] == "failed"
    assert shop.purchase(member, purchase_id)["failure_reason"] == "Your card was declined."
    assert shop.deliver(shop.event("pi_1", "payment_intent.payment_failed")) == 0
    assert [event["data"]["purchase_id"] for event in outbox("payment", "PaymentFailed")] == [purchase_id]
    assert shop.buy(member, key="try", payment_method_id=GOOD_CARD).status == 201
    assert shop.stripe.charges == ["pi_2"]


def test_a_payment_method_that_is_not_there_is_a_fault_of_the_request(shop: Shop, member: str) -> None:
    answer = shop.buy(member, payment_method_id="pm_unknown")
    assert (answer.status, answer.code) == (422, "invalid_request")
    assert answer.json["errors"][0]["field"] == "/payment_method_id"


@pytest.mark.parametrize("fault", ["lost_requests", "failing"])
def test_an_outage_leaves_the_purchase_pending_for_the_repeat(shop: Shop, member: str, fault: str) -> None:
    setattr(shop.stripe, fault, 3)
    answer = shop.buy(member, key="k")
    assert (answer.status, answer.code) == (503, "service_unavailable")
    assert "Retry-After" in answer.headers
    again = shop.buy(member, key="k")
    assert again.status == 201
    assert len(shop.stripe.intents) == 1


def test_a_short_outage_is_bridged_by_the_sdk(shop: Shop, member: str) -> None:
    shop.stripe.lost_answers = 2
    assert shop.buy(member).status == 201
    assert (len(shop.stripe.customers), len(shop.stripe.intents)) == (1, 1)


@pytest.mark.parametrize("answers_before", [0, 1, 2], ids=["customer", "payment", "confirmation"])
def test_a_repeat_after_a_lost_answer_never_charges_twice(
    shop: Shop, member: str, answers_before: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = shop.stripe.request

    def lose_from(*args: object, **kwargs: object) -> object:
        answer = real(*args, **kwargs)  # type: ignore[arg-type]
        if len({key for _, _, key in shop.stripe.requests}) > answers_before:
            raise timed_out()
        return answer

    monkeypatch.setattr(shop.stripe, "request", lose_from)
    assert shop.buy(member, key="k", payment_method_id=GOOD_CARD).status == 503
    monkeypatch.setattr(shop.stripe, "request", real)
    answer = shop.buy(member, key="k", payment_method_id=GOOD_CARD)
    assert answer.status == 201
    assert shop.stripe.charges == [answer.json["stripe_payment_id"]]
    assert len(shop.stripe.customers) == 1


def test_a_repeated_request_finds_a_purchase_that_was_paid_since(
    shop: Shop, member: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = shop.stripe._confirm

    def charge_and_vanish(intent: dict[str, Any]) -> Any:
        shop.stripe.lost_answers = 3
        return real(intent)

    monkeypatch.setattr(shop.stripe, "_confirm", charge_and_vanish)
    assert shop.buy(member, key="k", payment_method_id=GOOD_CARD).status == 503
    assert shop.deliver(shop.event("pi_1")) == 0
    again = shop.buy(member, key="k", payment_method_id=GOOD_CARD)
    assert (again.status, again.json["status"], again.json["client_secret"]) == (201, "succeeded", None)
    assert shop.stripe.charges == ["pi_1"]
    assert shop.credits(member)["total"] == 10


def test_a_key_of_an_open_purchase_is_not_for_another(shop: Shop, member: str) -> None:
    shop.stripe.lost_requests = 3
    assert shop.buy(member, key="k").status == 503
    answer = shop.buy(member, key="k", payment_method_id=GOOD_CARD)
    assert (answer.status, answer.code) == (422, "idempotency_key_reused")


def test_keys_of_two_members_are_two(shop: Shop, member: str, make_member: Callable[[], str]) -> None:
    assert shop.buy(member, key="k").json["id"] != shop.buy(make_member(), key="k").json["id"]


def test_an_unknown_pack_is_404_and_a_withdrawn_one_409(shop: Shop, member: str) -> None:
    answer = shop.call(create_purchase, user=member, body={"package_id": new_id()})
    assert (answer.status, answer.code) == (404, "package_not_found")
    shop.put_on_sale(active=False)
    answer = shop.buy(member)
    assert (answer.status, answer.code) == (409, "package_not_on_sale")
    assert not shop.stripe.requests


def test_a_promo_code_that_covers_nothing_is_refused(shop: Shop, member: str) -> None:
    answer = shop.buy(member, promo_code="SPRING")
    assert (answer.status, answer.code) == (422, "promo_code_invalid")
    assert answer.json["detail"] == "There is no such code."
    PromoCode("PROMO#spring", "PROMO", code="spring").save()
    answer = shop.buy(member, promo_code="Spring")
    assert (answer.status, answer.json["detail"]) == (422, "This code does not cover this pack.")
    assert not shop.stripe.requests


def test_all_errors_are_reported_at_once(shop: Shop, member: str) -> None:
    answer = shop.call(
        create_purchase, user=member, body={"package_id": "ten", "payment_method_id": "4242", "price": 1}
    )
    assert answer.status == 422
    assert {error["field"] for error in answer.json["errors"]} == {"/package_id", "/payment_method_id", "/price"}

"""Stripe's webhook, as anybody on the internet can call it."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tests.e2e.harness import PACK_BY_CREDITS, Member, World, at_once, eventually, paid_event

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def buyer(world: World) -> Member:
    return world.new_member()


@pytest.fixture(scope="module")
def unpaid(buyer: Member) -> dict[str, Any]:
    return _pending(buyer)


def _pending(buyer: Member) -> dict[str, Any]:
    purchase: dict[str, Any] = buyer.api.call("POST", "/payments/purchases", json={"package_id": PACK_BY_CREDITS[10]})
    assert purchase["status"] == "pending"
    return purchase


def _state(buyer: Member, purchase: dict[str, Any]) -> str:
    return str(buyer.api.call("GET", f"/payments/purchases/{purchase['id']}")["status"])


def test_an_event_delivered_fifty_times_is_one_credit(world: World) -> None:
    buyer = world.new_member()
    purchase = _pending(buyer)
    body = paid_event(purchase, buyer.id)

    answers = at_once(50, lambda _: world.deliver(body, world.signature(body)))
    assert {answer.status_code for answer in answers} == {200}
    eventually(lambda: _state(buyer, purchase), lambda status: status == "succeeded")
    eventually(lambda: _waiting(world), lambda waiting: waiting == 0)

    assert buyer.credits == 10
    assert [(entry["type"], entry["amount"]) for entry in buyer.ledger] == [("purchase", 10)]


def _waiting(world: World) -> int:
    sqs = world.aws("sqs")
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    url = next(url for url in sqs.list_queues(QueueNamePrefix="solo60-")["QueueUrls"] if url.endswith("stripe-events"))
    return sum(
        int(value) for value in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"].values()
    )


@pytest.mark.parametrize(
    "forge",
    [
        pytest.param(lambda world, body: world.signature(body, secret="whsec_somebody_else"), id="another secret"),
        pytest.param(lambda world, body: world.signature(body + b" "), id="another body"),
        pytest.param(lambda world, body: world.signature(body, at=time.time() - 301 - 5), id="stale"),
        pytest.param(lambda world, body: world.signature(body, at=time.time() + 301 + 5), id="from the future"),
        pytest.param(lambda world, body: "", id="empty"),
        pytest.param(lambda world, body: None, id="none"),
        pytest.param(lambda world, body: "t=now,v1=zz", id="malformed"),
        pytest.param(lambda world, body: world.signature(body).replace("v1=", "v0="), id="another scheme"),
        pytest.param(lambda world, body: world.signature(body).split(",")[1], id="no time"),
    ],
)
def test_a_false_signature_changes_nothing(world: World, buyer: Member, unpaid: dict[str, Any], forge: Any) -> None:
    body = paid_event(unpaid, buyer.id)

    answer = world.deliver(body, forge(world, body))

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_signature")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert _state(buyer, unpaid) == "pending"
    assert buyer.credits == 0


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{}", b"not json", b'{"id": "evt_1", "type": 5}'])
def test_a_signed_body_that_is_no_event_is_refused(world: World, body: bytes) -> None:
    assert world.deliver(body, world.signature(body)).status_code == 400


def test_signatures_are_good_for_five_minutes_either_way(world: World) -> None:
    for seconds in (-290, 290):
        body = json.dumps({"id": f"evt_{seconds}", "type": "charge.updated"}).encode()
        assert world.deliver(body, world.signature(body, at=time.time() + seconds)).status_code == 200


def test_another_amount_or_another_member_moves_no_credits(world: World, buyer: Member) -> None:
    purchase = _pending(buyer)
    other = world.new_member()
    for body in (
        paid_event(purchase, buyer.id, amount=1, amount_received=1),
        paid_event(purchase, buyer.id, currency="usd"),
        paid_event(purchase, other.id),
    ):
        assert world.deliver(body, world.signature(body)).status_code == 200
    right = _pending(other)
    body = paid_event(right, other.id)
    assert world.deliver(body, world.signature(body)).status_code == 200
    eventually(lambda: _state(other, right), lambda status: status == "succeeded")
    assert other.credits == 10
    assert (buyer.credits, _state(buyer, purchase)) == (0, "pending")

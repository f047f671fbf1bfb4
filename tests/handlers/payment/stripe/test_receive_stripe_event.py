"""POST /payments/webhooks/stripe."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from payment.stripe.endpoints.receive_stripe_event import handler as receive
from solo60 import settings
from tests.conftest import Answer
from tests.fakes.aws import aws_client
from tests.fakes.stripe import signed
from tests.handlers.payment.conftest import Shop


@pytest.fixture
def payload(shop: Shop, member: str) -> str:
    """An event that would move credits."""
    answer = shop.buy(member).json
    shop.stripe.pay(answer["stripe_payment_id"])
    return json.dumps(shop.event(answer["stripe_payment_id"]))


def post(shop: Shop, body: str, headers: dict[str, str]) -> Answer:
    return shop.call(receive, raw_body=body, headers=headers)


def now(shop: Shop) -> int:
    return int(shop.now.timestamp())


def test_a_signed_event_is_taken_in_with_one_trip(shop: Shop, payload: str, trips: Callable[[], list[str]]) -> None:
    trips()
    answer = post(shop, payload, signed(payload, now(shop)))
    assert (answer.status, answer.json) == (200, {"received": True})
    assert trips() == ["SendMessage"]
    assert len(shop.queued()) == 1


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_up_to_300_seconds_either_way_are_fine(shop: Shop, payload: str, seconds: int) -> None:
    assert post(shop, payload, signed(payload, now(shop) + seconds)).status == 200


@pytest.mark.parametrize("seconds", [-301, 301, 10**12])
def test_stale_and_future_signatures_are_refused(shop: Shop, payload: str, seconds: int) -> None:
    refused(shop, post(shop, payload, signed(payload, now(shop) + seconds)))


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=",
        "nonsense",
        "t=1,v1=",
        "v1=abc",
        "t=1;v1=abc",
        "t=999999999999999999999999,v1=é",
        "t=" + "9" * 5000 + ",v1=a",
        ",,,=",
    ],
)
def test_malformed_headers_are_refused(shop: Shop, payload: str, header: str) -> None:
    refused(shop, post(shop, payload, {"Stripe-Signature": header}))


def test_a_forged_a_missing_and_a_borrowed_signature_are_refused(shop: Shop, payload: str) -> None:
    refused(shop, post(shop, payload, signed(payload, now(shop), secret="whsec_guess")))
    refused(shop, post(shop, payload, {}))
    refused(shop, post(shop, payload + " ", signed(payload, now(shop))))
    refused(shop, post(shop, "", signed(payload, now(shop))))
    only_old_scheme = signed(payload, now(shop))["Stripe-Signature"].replace("v1=", "v0=")
    refused(shop, post(shop, payload, {"Stripe-Signature": only_old_scheme}))


def test_bytes_that_are_no_text_are_refused(shop: Shop, payload: str) -> None:
    event = {
        "httpMethod": "POST",
        "path": "/payments/webhooks/stripe",
        "headers": signed(payload, now(shop)),
        "body": "/w==",
        "isBase64Encoded": True,
        "requestContext": {"requestId": "r"},
    }
    answer = receive(event, None)
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (400, "invalid_signature")
    assert shop.queued() == []


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        '["type"]',
        "null",
        '"event"',
        "{}",
        '{"id": "evt_1"}',
        '{"id": "evt_1", "type": "payment_intent.succeeded"}',
        '{"id": "evt_1", "type": "payment_intent.succeeded", "created": 1, "data": []}',
        '{"id": "evt_1", "type": "payment_intent.succeeded", "created": 1, "data": {"object": {"id": "pi_1"}}}',
        '{"id": "evt_1", "type": "payment_intent.succeeded", "created": "x", "data": {"object": {}}}',
        '{"id": {"a": 1}, "type": "payment_intent.succeeded", "created": 1, "data": {"object": {}}}',
        pytest.param("[" * 20_000, id="nested arrays"),
        pytest.param("[" * 20_000 + "]" * 20_000, id="nested arrays, closed"),
        pytest.param('{"a":' * 20_000, id="nested objects"),
        pytest.param('{"id": ' + "9" * 5_000 + "}", id="a number without end"),
    ],
)
def test_signed_nonsense_is_malformed(shop: Shop, body: str) -> None:
    answer = post(shop, body, signed(body, now(shop)))
    assert (answer.status, answer.code) == (400, "malformed_request")
    assert shop.queued() == []


def test_events_of_other_types_are_taken_in_and_left(shop: Shop) -> None:
    answer = shop.receive({"id": "evt_1", "type": "charge.updated", "created": 1, "data": {"object": {}}})
    assert answer.status == 200
    assert shop.queued() == []


LONG = "9" * 5_000
OURS = object()


@pytest.mark.parametrize(
    "metadata",
    [
        *(None, [], "order", 5, True, {}, {"order": "7"}, {"purchase_id": None}, {"purchase_id": ""}),
        {"purchase_id": OURS},
        {"purchase_id": OURS, "user_id": None},
        {"purchase_id": OURS, "user_id": ["a member"]},
        {"purchase_id": OURS, "user_id": "7"},
        {"purchase_id": OURS, "user_id": LONG},
        {"purchase_id": 7, "user_id": OURS},
        {"purchase_id": {"id": "7"}, "user_id": OURS},
        {"purchase_id": "order-7", "user_id": OURS},
        {"purchase_id": LONG, "user_id": OURS},
        {"purchase_id": "f81d4fae-7dec-41d0-a765-00a0c91e6bf6", "user_id": OURS},
    ],
    ids=lambda metadata: json.dumps(metadata, default=lambda _: "ours")[:60],
)
@pytest.mark.parametrize("kind", ["succeeded", "payment_failed", "canceled"])
def test_a_payment_of_other_software_is_taken_in_and_moves_nothing(
    shop: Shop, payload: str, metadata: Any, kind: str
) -> None:
    event = json.loads(payload)
    ours = event["data"]["object"]["metadata"]
    if isinstance(metadata, dict):
        metadata = {key: ours[key] if value is OURS else value for key, value in metadata.items()}
    event["type"] = f"payment_intent.{kind}"
    event["data"]["object"]["metadata"] = metadata
    assert (shop.receive(event).status, shop.queued()) == (200, [])
    event["id"] = LONG
    assert (shop.receive(event).status, shop.queued()) == (200, [])


def test_what_else_stands_in_the_metadata_of_our_payment_is_left_out(shop: Shop, payload: str) -> None:
    event = json.loads(payload)
    event["data"]["object"]["metadata"] |= {"number": 5, "nothing": None, "list": ["x"], "text": "x"}
    assert shop.receive(event).status == 200
    (queued,) = shop.queued()
    assert set(json.loads(queued)["intent"]["metadata"]) == {"purchase_id", "user_id"}
    assert shop.work(queued) == 0


def test_our_event_with_an_id_that_stripe_does_not_make_is_malformed(shop: Shop, payload: str) -> None:
    answer = shop.receive(json.loads(payload) | {"id": LONG})
    assert (answer.status, answer.code, shop.queued()) == (400, "malformed_request", [])


def test_a_body_may_have_256_kilobytes(shop: Shop) -> None:
    body = json.dumps({"id": "evt_1", "type": "other", "padding": "x" * (255 * 1024)})
    assert post(shop, body, signed(body, now(shop))).status == 200
    body = json.dumps({"id": "evt_1", "type": "other", "padding": "x" * (256 * 1024)})
    answer = post(shop, body, signed(body, now(shop)))
    assert (answer.status, answer.code) == (413, "payload_too_large")


def test_while_the_queue_fails_stripe_has_to_send_again(
    shop: Shop, payload: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws_client("sqs").delete_queue(QueueUrl=settings.queue_url("payment-stripe-events"))
    answer = post(shop, payload, signed(payload, now(shop)))
    assert (answer.status, answer.code) == (503, "service_unavailable")


def refused(shop: Shop, answer: Answer) -> None:
    assert (answer.status, answer.code) == (400, "invalid_signature")
    assert shop.queued() == []

"""POST /payments/webhooks/stripe."""

from __future__ import annotations

import json
from collections.abc import Callable

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

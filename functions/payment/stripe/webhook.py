"""Stripe's webhook: verifies the signature, and queues the parts of the event that are needed."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import ValidationError
from pydantic_core import from_json

from payment.stripe.gateway import StripeGateway
from payment.stripe.payment_intent import HANDLED, QUEUE, PaymentIntent, StripeEvent
from solo60 import observability
from solo60.problems import MalformedRequest, ServiceUnavailable
from solo60.queues import send


def receive(stripe: StripeGateway, body: bytes, signature: str | None) -> None:
    """Queue a signed event. Events of other types, and of payments of other software, are accepted and ignored.

    Raises
    ------
    InvalidSignature
        The signature is missing, wrong, or older than 300 seconds.
    MalformedRequest
        The signed body is not an event.
    ServiceUnavailable
        It could not be queued; Stripe sends it again.
    """
    stripe.require_signature(body, signature)
    event = _parse(body)
    if event is None:
        return
    try:
        send(QUEUE, event)
    except (BotoCoreError, ClientError) as error:
        observability.log_failure("stripe event not queued", error, stripe_event_id=event.id)
        raise ServiceUnavailable from error


def _parse(body: bytes) -> StripeEvent | None:
    try:
        # Bounded in depth: Python's own parser fails on 20,000 brackets with an error that is no ValueError.
        event: Any = from_json(body)
    except ValueError as error:
        raise MalformedRequest("The body is not JSON.") from error
    if not isinstance(event, dict) or not isinstance(event.get("type"), str) or not event.get("id"):
        raise MalformedRequest("The body is not an event.")
    if event["type"] not in HANDLED:
        observability.logger().info("stripe event ignored", extra={"type": event["type"]})
        return None
    try:
        intent = PaymentIntent.model_validate(event["data"]["object"])
        if intent.purchase is None:
            observability.logger().info("stripe event of other software ignored", extra={"type": event["type"]})
            return None
        return StripeEvent(id=event["id"], type=event["type"], created=event["created"], intent=intent)
    except (ValidationError, KeyError, TypeError) as error:
        raise MalformedRequest("The body is not an event about a payment.") from error

"""A Stripe of our own behind the SDK's HTTP client: it keeps payments, honours Idempotency-Key, and can fail.

It answers at the level of HTTP, so everything of the SDK but the wire is real: retries, errors, parsing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import stripe

from solo60 import settings
from tests.fakes.aws import aws_client

WEBHOOK_SECRET = "whsec_test"
DECLINED_CARD = "pm_declined"
CHALLENGED_CARD = "pm_threeds"
GOOD_CARD = "pm_good"
CARDS = {DECLINED_CARD, CHALLENGED_CARD, GOOD_CARD}
SECRETS = {"stripe-api-key": "sk_test", "stripe-webhook-secret": WEBHOOK_SECRET}


def set_secrets(patch: pytest.MonkeyPatch) -> None:
    """Stripe's secrets in moto, and their variables."""
    for name, value in SECRETS.items():
        made = aws_client("secretsmanager").create_secret(Name=name, SecretString=value)
        patch.setenv(settings.secret_variable(name), made["ARN"])


def timed_out() -> stripe.APIConnectionError:
    """What Stripe's SDK raises when no answer comes."""
    return stripe.APIConnectionError("timed out", should_retry=True)  # type: ignore[no-untyped-call]


class FakeStripe(stripe.HTTPClient):
    """Customers and PaymentIntents.

    Attributes
    ----------
    lost_requests, lost_answers
        How many of the next requests time out before, or after, they take effect.
    failing
        How many of the next requests are answered with 500.
    requests
        `(method, path, idempotency key)` of all that arrived.
    charges
        Ids of the payments that were charged, once for each charge.
    """

    name = "fake"

    def __init__(self) -> None:
        super().__init__()
        self.lost_requests = 0
        self.lost_answers = 0
        self.failing = 0
        self.requests: list[tuple[str, str, str | None]] = []
        self.charges: list[str] = []
        self.declines = 0
        self.customers: dict[str, dict[str, Any]] = {}
        self.intents: dict[str, dict[str, Any]] = {}
        self._answers: dict[str | None, tuple[dict[str, Any], str, int]] = {}

    def _sleep_time_seconds(self, num_retries: int) -> float:
        return 0

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **_: Any
    ) -> tuple[str, int, Mapping[str, str]]:
        if self.lost_requests:
            self.lost_requests -= 1
            raise timed_out()
        if self.failing:
            self.failing -= 1
            return "{}", 500, {}
        path = urlsplit(url).path.removeprefix("/v1/")
        key = (headers or {}).get("Idempotency-Key") if method == "post" else None
        data = dict(parse_qsl(post_data or ""))
        self.requests.append((method, path, key))
        if key in self._answers:
            earlier, body, status = self._answers[key]
            if earlier != data:
                body, status = _error("idempotency_error", "Keys for idempotent requests..."), 400
        else:
            answer, status = self._handle(method, path, data)
            body = json.dumps(answer)
            if key:
                self._answers[key] = (data, body, status)
        if self.lost_answers:
            self.lost_answers -= 1
            raise timed_out()
        return body, status, {}

    def _handle(self, method: str, path: str, data: dict[str, str]) -> tuple[dict[str, Any], int]:
        match path.split("/"):
            case ["customers"]:
                customer_id = f"cus_{len(self.customers) + 1}"
                customer = {"id": customer_id, "object": "customer", "metadata": _metadata(data)}
                self.customers[customer_id] = customer
                return customer, 200
            case ["payment_intents"]:
                return self._create(data)
            case ["payment_intents", intent_id] if method == "get":
                return self.intents[intent_id], 200
            case ["payment_intents", intent_id, "confirm"]:
                return self._confirm(self.intents[intent_id])
            case ["payment_intents", intent_id, "cancel"]:
                intent = self.intents[intent_id]
                if intent["status"] in {"succeeded", "canceled", "processing"}:
                    return json.loads(_error("invalid_request_error", "cannot be cancelled")), 400
                intent["status"] = "canceled"
                return intent, 200
        raise AssertionError(f"the fake does not know {method} {path}")

    def _create(self, data: dict[str, str]) -> tuple[dict[str, Any], int]:
        assert data["customer"] in self.customers
        card = data.get("payment_method")
        if card is not None and card not in CARDS:
            return json.loads(_error("invalid_request_error", "No such PaymentMethod", param="payment_method")), 400
        number = len(self.intents) + 1
        intent: dict[str, Any] = {
            "id": f"pi_{number}",
            "object": "payment_intent",
            "amount": int(data["amount"]),
            "amount_received": 0,
            "currency": data["currency"],
            "customer": data["customer"],
            "payment_method": card,
            "status": "requires_confirmation" if card else "requires_payment_method",
            "client_secret": f"pi_{number}_secret",
            "metadata": _metadata(data),
            "last_payment_error": None,
        }
        self.intents[intent["id"]] = intent
        return intent, 200

    def _confirm(self, intent: dict[str, Any]) -> tuple[dict[str, Any], int]:
        if intent["status"] != "requires_confirmation":
            return json.loads(_error("invalid_request_error", "cannot be confirmed")), 400
        if intent["payment_method"] == DECLINED_CARD:
            declined = self.decline(intent["id"])["last_payment_error"]
            return json.loads(_error("card_error", **declined)), 402
        if intent["payment_method"] == CHALLENGED_CARD:
            intent["status"] = "requires_action"
            return intent, 200
        self.pay(intent["id"])
        return intent, 200

    def pay(self, intent_id: str) -> dict[str, Any]:
        """The member pays."""
        intent = self.intents[intent_id]
        intent.update(status="succeeded", amount_received=intent["amount"], last_payment_error=None)
        self.charges.append(intent_id)
        return intent

    def decline(self, intent_id: str, message: str = "Your card was declined.") -> dict[str, Any]:
        """The member's bank refuses a card; each time it is another charge."""
        self.declines += 1
        intent = self.intents[intent_id]
        intent.update(
            status="requires_payment_method",
            last_payment_error={
                "code": "card_declined",
                "message": message,
                "charge": f"ch_{self.declines}",
                "payment_method": {"id": f"pm_{self.declines}", "object": "payment_method"},
            },
        )
        return intent


def _error(kind: str, message: str, **more: Any) -> str:
    return json.dumps({"error": {"type": kind, "message": message, **more}})


def _metadata(data: dict[str, str]) -> dict[str, str]:
    return {key[len("metadata[") : -1]: value for key, value in data.items() if key.startswith("metadata[")}


def event(
    intent: dict[str, Any], kind: str = "payment_intent.succeeded", *, event_id: str = "evt_1", created: int = 0
) -> dict[str, Any]:
    """A webhook event about a payment as it is now."""
    return {"id": event_id, "object": "event", "type": kind, "created": created, "data": {"object": dict(intent)}}


def signed(payload: str, at: int, *, secret: str = WEBHOOK_SECRET) -> dict[str, str]:
    """The header that Stripe signs `payload` with at an instant in epoch seconds."""
    return {"Stripe-Signature": stripe.WebhookSignature.generate_signature_header(payload, secret, at)}

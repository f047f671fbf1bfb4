"""payment.stripe.gateway: what outlives a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import stripe

from payment.stripe.gateway import API_KEY, StripeGateway
from solo60 import aws, settings


class Listener(stripe.HTTPClient):
    """A Stripe that notes the keys of its callers."""

    name = "listener"

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[str] = []

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **_: Any
    ) -> tuple[str, int, Mapping[str, str]]:
        self.keys.append((headers or {})["Authorization"].removeprefix("Bearer "))
        return '{"id": "cus_1", "object": "customer"}', 200, {}


def test_a_rotated_api_key_is_used_by_a_gateway_that_has_worked_before(monkeypatch: pytest.MonkeyPatch) -> None:
    key = ["sk_test_one"]
    monkeypatch.setenv(settings.secret_variable(API_KEY), "arn")
    monkeypatch.setattr(aws, "secret", lambda arn: key[0])
    listener = Listener()
    gateway = StripeGateway(listener)
    gateway.customer("one")
    key[0] = "sk_test_two"
    gateway.customer("two")
    assert listener.keys == ["sk_test_one", "sk_test_two"]

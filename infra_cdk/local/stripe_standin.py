"""Stripe's stand-in: localstripe as a process on loopback, and what the world outside does with it.

The process: `python -m infra_cdk.local.stripe_standin PORT [STORE]`; with STORE it keeps its data there.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from infra_cdk.local.errors import LocalRunError
from infra_cdk.local.processes import LOOPBACK, end_with_parent

GOOD_CARD = "pm_card_visa"
WEBHOOK_EVENTS = ("payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled")
WEBHOOK = "solo60"
_DELIVERY_ATTEMPTS = 8


class StripeStandin:
    """What the world outside does at Stripe."""

    def __init__(self, url: str, api_key: str) -> None:
        self._client = httpx.Client(base_url=url, auth=(api_key, ""), timeout=30, trust_env=False)

    def send_webhooks_to(self, url: str, secret: str) -> None:
        """Configure the account's webhook."""
        self._post(f"/_config/webhooks/{WEBHOOK}", {"url": url, "secret": secret, "events": list(WEBHOOK_EVENTS)})

    def pay(self, payment_intent: str, card: str = GOOD_CARD) -> dict[str, Any]:
        """What the app does with the `client_secret`: give a card and confirm. A declined card raises."""
        self._post(f"/v1/payment_intents/{payment_intent}", {"payment_method": card})
        answer: dict[str, Any] = self._post(f"/v1/payment_intents/{payment_intent}/confirm", {}).json()
        return answer

    def _post(self, path: str, data: dict[str, Any]) -> httpx.Response:
        answer = self._client.post(path, json=data)
        if answer.status_code != 200:
            raise LocalRunError(f"The Stripe stand-in answered {answer.status_code} to {path}: {answer.text[:200]}")
        return answer


def _deliver_like_stripe(webhooks: Any) -> None:
    """Deliver at once and again after a failure, as Stripe does; localstripe tries once, after a second."""
    import hashlib
    import hmac
    import json

    import aiohttp

    async def deliver(event: Any) -> None:
        webhook = webhooks._webhooks.get(WEBHOOK)
        if webhook is None or event.type not in webhook.events:
            return
        payload = json.dumps(event._export()).encode()
        for attempt in range(_DELIVERY_ATTEMPTS):
            now = int(time.time())
            digest = hmac.new(webhook.secret.encode(), b"%d." % now + payload, hashlib.sha256).hexdigest()
            headers = {"Content-Type": "application/json", "Stripe-Signature": f"t={now},v1={digest}"}
            try:
                async with (
                    aiohttp.ClientSession() as session,
                    session.post(webhook.url, data=payload, headers=headers) as answer,
                ):
                    if answer.status < 300:
                        return
                    print(f"{event.type} answered {answer.status}: {await answer.text()}", flush=True)
            except aiohttp.ClientError as error:
                print(f"{event.type} not delivered: {error}", flush=True)
            await asyncio.sleep(min(2**attempt, 30))

    webhooks._send_webhook = deliver


def main() -> None:
    """Serve until asked to end."""
    end_with_parent()
    from aiohttp import web
    from localstripe import resources, server, webhooks

    port, kept = int(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None
    store = resources.store
    write = _writer(store, kept)
    type(store).dump_to_disk = lambda _: write()
    if kept is not None and kept.exists():
        import pickle

        store.update(pickle.loads(kept.read_bytes()))
    _deliver_like_stripe(webhooks)
    web.run_app(server.app, host=LOOPBACK, port=port, print=None, access_log=None, shutdown_timeout=1)


def _writer(store: Any, kept: Path | None) -> Any:
    """localstripe writes to one fixed file in /tmp; two runs must not share it."""

    def write() -> None:
        if kept is None:
            return
        import pickle

        draft = kept.with_suffix(".draft")
        draft.write_bytes(pickle.dumps(dict(store)))
        draft.replace(kept)

    return write


if __name__ == "__main__":
    main()

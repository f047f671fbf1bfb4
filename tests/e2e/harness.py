"""What the end-to-end tests are written in: members, gyms, many requests at once, waiting for what events bring."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from threading import Barrier
from typing import Any, TypeVar
from uuid import uuid4

import boto3
import httpx
from botocore.config import Config

from infra_cdk.local import member
from infra_cdk.local.client import Api, Inbox
from infra_cdk.local.packs import PACKS
from infra_cdk.local.stack import STAGE, Account, Stack
from infra_cdk.local.stripe_standin import StripeStandin

T = TypeVar("T")

PACK_BY_CREDITS = {credits: package_id for package_id, _, credits, _ in PACKS}
EVENT_SECONDS = 60
"""By when an event must have come through; normally it takes a second."""
IN_FLIGHT = "request_in_flight"
_ROUND_THE_CLOCK = [{"opens": "00:00", "closes": "24:00"}]
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_places = itertools.count()


def at_once(count: int, act: Callable[[int], T]) -> list[T]:
    """Call `act` with 0 to `count`-1 in as many threads, which start together."""
    together = Barrier(count)

    def wait_and_act(number: int) -> T:
        together.wait()
        return act(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(wait_and_act, range(count)))


def eventually(ask: Callable[[], T], holds: Callable[[T], bool], timeout: float = EVENT_SECONDS) -> T:
    """Ask until the answer is as it has to be; the last answer is in the failure."""
    deadline = time.monotonic() + timeout
    while True:
        answer = ask()
        if holds(answer):
            return answer
        assert time.monotonic() < deadline, f"still {answer!r} after {timeout} s"
        time.sleep(0.2)


def instant(moment: datetime) -> str:
    """RFC 3339 in UTC with Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Member:
    """Somebody with an account."""

    account: Account
    api: Api

    @cached_property
    def id(self) -> str:
        return str(self.api.call("GET", "/auth/me")["id"])

    @property
    def credits(self) -> int:
        return int(self.api.call("GET", "/payments/credits")["total"])

    @property
    def ledger(self) -> list[dict[str, Any]]:
        """All entries, newest first."""
        return self._all("/payments/transactions")

    def sessions(self, status: str = "upcoming") -> list[dict[str, Any]]:
        return self._all("/sessions", status=status)

    @property
    def messages(self) -> list[dict[str, Any]]:
        return self._all("/communications/history")

    def _all(self, path: str, **query: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            page = self.api.call("GET", path, params={**query, "limit": 100, **({"cursor": cursor} if cursor else {})})
            items += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return items

    def book(self, gym: dict[str, Any], starts_at: str, duration: int = 60, key: str | None = None) -> httpx.Response:
        """One booking, repeated only where an app has to: throttled, or the system says that it is busy."""
        request = {"gym_id": gym["id"], "starts_at": starts_at, "duration": duration}
        headers = {"Idempotency-Key": key} if key else {}
        return self.settled("POST", "/sessions/book", json=request, headers=headers)

    def settled(self, method: str, path: str, **rest: Any) -> httpx.Response:
        """A request as an app sends it: again after 429, 503, or while the same key is in flight."""
        while True:
            answer = self.api.send(method, path, **rest)
            if answer.status_code not in {429, 503} and _code(answer) != IN_FLIGHT:
                return answer
            assert "Retry-After" in answer.headers
            time.sleep(0.3)


def _code(answer: httpx.Response) -> str | None:
    return answer.json().get("code") if answer.status_code >= 400 else None


class World:
    """The system as people outside meet it, and the operator's view of AWS."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.api = Api(stack.api)
        self.inbox = Inbox(stack.inbox)
        self.stripe = StripeStandin(stack.stripe, "sk_test_end_to_end")

    @cached_property
    def admin(self) -> Api:
        return member.log_in(self.api, self.stack.users["admin"])

    @cached_property
    def member(self) -> Member:
        """A demo member; for what changes nothing."""
        account = self.stack.users["member2"]
        return Member(account, member.log_in(self.api, account))

    def new_member(self, credits: int = 0) -> Member:
        """Somebody who has just joined, and bought a pack of `credits` if any."""
        account = Account(f"e2e-{uuid4().hex[:12]}@example.com", member.new_password())
        joined = Member(account, member.join(self.api, self.inbox, account, "Eda", "Tester"))
        if credits:
            member.buy(joined.api, self.stripe, PACK_BY_CREDITS[credits])
        return joined

    def new_members(self, count: int, credits: int = 0) -> list[Member]:
        """Several, side by side."""
        with ThreadPoolExecutor(6) as pool:
            return list(pool.map(lambda _: self.new_member(credits), range(count)))

    def new_gym(self, **changes: Any) -> dict[str, Any]:
        """A gym of its own for a test: always open, 10 credits an hour, a quarter-hour grid, 15 minutes of buffer."""
        number = next(_places)
        wanted = {
            "name": f"E2E {uuid4().hex[:8]}",
            "address": {"line1": f"{number} Test Street", "city": "York", "postcode": "YO1 7HH", "country": "GB"},
            "latitude": 53.9600 + number / 1000,
            "longitude": -1.0873,
            "timezone": "Europe/London",
            "opening_hours": dict.fromkeys(_WEEKDAYS, _ROUND_THE_CLOCK),
            "capacity": 2,
            "slot_minutes": 15,
            "min_duration": 30,
            "max_duration": 240,
            "buffer_minutes": 15,
            "booking_horizon_days": 60,
            "minimum_notice_minutes": 30,
            "cancellation_hours": 12,
            "credits_per_hour": 10,
            "price_bands": [],
            "amenities": ["shower"],
            "equipment": [],
            "requires_induction": False,
            **changes,
        }
        made: dict[str, Any] = self.admin.call("POST", "/admin/gyms", json=wanted)
        return made

    def starts(self, gym: dict[str, Any], days: int = 3, duration: int = 60) -> list[str]:
        """What availability offers on a day."""
        date = (datetime.now(UTC) + timedelta(days=days)).date().isoformat()
        query = {"gym_id": gym["id"], "date": date, "duration": duration}
        return [start["starts_at"] for start in self.api.call("GET", "/sessions/availability", params=query)["items"]]

    def aws(self, service: str) -> Any:
        """The operator's client of an AWS service."""
        session: Any = boto3.session.Session()  # Its types know the services by literal names alone.
        return session.client(
            service,
            endpoint_url=self.stack.aws,
            region_name=self.stack.region,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(proxies={}),
        )

    def outbox(self, domain: str, containing: str) -> list[dict[str, Any]]:
        """The outbox items of a domain whose events contain a text, oldest first."""
        pages = (
            self.aws("dynamodb")
            .get_paginator("scan")
            .paginate(
                TableName=self.named(domain),
                FilterExpression="kind = :outbox AND contains(detail, :text)",
                ExpressionAttributeValues={":outbox": {"S": "outbox"}, ":text": {"S": containing}},
            )
        )
        items: list[dict[str, Any]] = [item for page in pages for item in page["Items"]]
        return sorted(items, key=lambda item: str(json.loads(item["detail"]["S"])["event_id"]))

    def named(self, *parts: str) -> str:
        """The full name of a Lambda, `"session", "relay"`; of a table, `"session"`; of the bus, `"events"`."""
        return "-".join(("solo60", STAGE, *parts))

    def bucket(self, name: str) -> str:
        """The full name of a bucket."""
        [found] = [
            str(bucket["Name"])
            for bucket in self.aws("s3").list_buckets()["Buckets"]
            if bucket["Name"].startswith(self.named(name))
        ]
        return found

    @cached_property
    def _webhook_secret(self) -> str:
        secret = self.aws("secretsmanager").get_secret_value(SecretId=f"solo60/{STAGE}/stripe-webhook-secret")
        return str(secret["SecretString"])

    def signature(self, body: bytes, *, at: float | None = None, secret: str | None = None) -> str:
        """What Stripe puts into `Stripe-Signature`."""
        when = int(time.time() if at is None else at)
        digest = hmac.new((secret or self._webhook_secret).encode(), b"%d." % when + body, hashlib.sha256).hexdigest()
        return f"t={when},v1={digest}"

    def deliver(self, body: bytes, signature: str | None) -> httpx.Response:
        """One delivery of a webhook, with this signature."""
        headers = {"Content-Type": "application/json"}
        if signature is not None:
            headers["Stripe-Signature"] = signature
        return httpx.post(
            f"{self.stack.api}/payments/webhooks/stripe", content=body, headers=headers, timeout=120, trust_env=False
        )


def paid_event(purchase: dict[str, Any], user_id: str, **changes: Any) -> bytes:
    """The event by which Stripe says that a purchase is paid."""
    intent = {
        "id": purchase["stripe_payment_id"],
        "object": "payment_intent",
        "status": "succeeded",
        "amount": purchase["price"]["amount"],
        "amount_received": purchase["price"]["amount"],
        "currency": purchase["price"]["currency"].lower(),
        "metadata": {"purchase_id": purchase["id"], "user_id": user_id},
        **changes,
    }
    event = {
        "id": f"evt_{uuid4().hex}",
        "object": "event",
        "type": "payment_intent.succeeded",
        "created": int(time.time()),
        "data": {"object": intent},
    }
    return json.dumps(event).encode()


def overlaps(sessions: Sequence[dict[str, Any]], buffer_minutes: int) -> list[tuple[str, str]]:
    """Pairs of sessions that are closer to each other than the buffer."""
    found = []
    ordered = sorted(sessions, key=lambda session: str(session["starts_at"]))
    for earlier, later in itertools.pairwise(ordered):
        ends = datetime.fromisoformat(earlier["ends_at"]) + timedelta(minutes=buffer_minutes)
        if datetime.fromisoformat(later["starts_at"]) < ends:
            found.append((earlier["starts_at"], later["starts_at"]))
    return found

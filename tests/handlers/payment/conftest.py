"""A shop: packs on sale, a Stripe, a held clock, and the way from a purchase to its credits."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stripe
from botocore.exceptions import ReadTimeoutError

from payment.ledger.credits import Ledger
from payment.ledger.endpoints.get_credits import handler as get_credits
from payment.ledger.endpoints.list_transactions import handler as list_transactions
from payment.ledger.jobs.expire_credits import handler as expire
from payment.ledger.repository import EXPIRY
from payment.ledger.workers.expire_account import handler as expire_account
from payment.published import CreditAllocation, account_key
from payment.purchases.endpoints.create_purchase import handler as create_purchase
from payment.purchases.endpoints.get_purchase import handler as get_purchase
from payment.purchases.jobs.sweep_pending_purchases import handler as sweep
from payment.purchases.repository import CHECK, PackageRepository
from payment.purchases.workers.apply_stripe_event import handler as apply
from payment.purchases.workers.check_purchase import handler as check_purchase
from payment.records import Account, CreditLot
from payment.stripe.endpoints.receive_stripe_event import handler as receive
from solo60 import aws, clock, settings
from solo60.collaborators import collaborator
from solo60.ids import new_id
from solo60.jobs import Job
from solo60.models import Money
from solo60.records import batch_get
from solo60.transaction import Transaction
from solo60.workers import Worker
from tests.conftest import Answer, LambdaContext, call, sqs_event
from tests.fakes.aws import aws_client
from tests.fakes.stripe import FakeStripe, event, set_secrets, signed

LEDGER = collaborator(Ledger)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def account(user: str) -> Account | None:
    """A member's account as another service reads it."""
    return batch_get(account_key(user))[account_key(user)]


@dataclass
class Shop:
    """Everything that a test does with payment, from outside."""

    stripe: FakeStripe
    now: datetime = NOON
    package: str = field(default_factory=new_id)
    events: int = 0
    failed: int = 0
    """Messages that failed in the last run of a worker."""

    def __post_init__(self) -> None:
        self.put_on_sale()

    def put_on_sale(self, *, credits: int = 10, amount: int = 9000, active: bool = True) -> None:
        """Change the pack, or withdraw it."""
        price = Money(amount=amount, currency="GBP")
        PackageRepository().put(self.package, name="Ten hours", credits=credits, price=price, active=active)

    def later(self, **duration: float) -> None:
        """Let time pass."""
        self.now += timedelta(**duration)

    def call(self, handler: Any, **request: Any) -> Answer:
        with clock.at(self.now):
            return call(handler, **request)

    def buy(self, user: str, *, key: str | None = None, **body: Any) -> Answer:
        headers = {"Idempotency-Key": key} if key else None
        return self.call(create_purchase, user=user, headers=headers, body={"package_id": self.package, **body})

    def purchase(self, user: str, purchase_id: str) -> Any:
        return self.call(get_purchase, user=user, path={"purchase_id": purchase_id}).json

    def credits(self, user: str) -> Any:
        return self.call(get_credits, user=user).json

    def ledger(self, user: str, **query: Any) -> list[Any]:
        items: list[Any] = self.call(list_transactions, user=user, query={"limit": 100, **query}).json["items"]
        return items

    def event(self, intent_id: str, kind: str = "payment_intent.succeeded", **changes: Any) -> dict[str, Any]:
        """A new event about a payment as it is now."""
        self.events += 1
        intent = {**self.stripe.intents[intent_id], **changes}
        return event(intent, kind, event_id=f"evt_{self.events}", created=int(self.now.timestamp()))

    def receive(self, payload: Any) -> Answer:
        """Stripe calls the webhook."""
        text = json.dumps(payload)
        headers = signed(text, int(self.now.timestamp()))
        return self.call(receive, raw_body=text, headers=headers)

    def queued(self, queue: str = "payment-stripe-events") -> list[str]:
        """Take what waits in a queue."""
        sqs = aws_client("sqs")
        url = settings.queue_url(queue)
        bodies = []
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                bodies.append(message["Body"])
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return bodies

    def work(self, *bodies: str) -> int:
        """Let the worker apply messages, or all that wait.

        Returns
        -------
        int
            How many failed.
        """
        with clock.at(self.now):
            answer = apply(sqs_event(*(bodies or self.queued())), LambdaContext())
        return len(answer["batchItemFailures"])

    def deliver(self, *events: dict[str, Any]) -> int:
        """Events arrive at the webhook and are worked off; how many failed."""
        for item in events:
            assert self.receive(item).status == 200
        return self.work()

    def bought(self, user: str) -> str:
        """Buy a pack and pay it."""
        answer = self.buy(user).json
        self.stripe.pay(answer["stripe_payment_id"])
        assert self.deliver(self.event(answer["stripe_payment_id"])) == 0
        return str(answer["id"])

    def grant(self, user: str, amount: int, lot_id: str, **lasts: float) -> None:
        """Give subscription credits."""
        lot = CreditLot("subscription", amount, self.now + timedelta(**lasts))
        with clock.at(self.now):
            transaction = Transaction()
            LEDGER.credit(
                transaction,
                user_id=user,
                account=account(user),
                type="grant",
                lots={lot_id: lot},
                reference=lot_id,
                description="Monthly credits",
            )
            transaction.commit()

    def book(self, user: str, amount: int, session: str = "a session") -> list[CreditAllocation]:
        """Take credits as a booking does."""
        with clock.at(self.now):
            transaction = Transaction()
            allocations = LEDGER.debit(
                transaction,
                user_id=user,
                account=account(user),
                amount=amount,
                reference=session,
                description="Booking",
            )
            transaction.commit()
        return allocations

    def cancel(self, user: str, allocations: list[CreditAllocation], session: str = "a session") -> int:
        """Give credits back as a cancellation does."""
        with clock.at(self.now):
            transaction = Transaction()
            given = LEDGER.give_back(
                transaction,
                user_id=user,
                account=account(user),
                allocations=allocations,
                reference=session,
                description="Cancelled",
            )
            transaction.commit()
        return given

    def sweep(self) -> int:
        """The job finds purchases that are due, and the worker checks them; how many were sent to it."""
        sent = self._run(sweep, check_purchase, CHECK.queue)
        assert self.failed == 0, "use sweep_with_faults()"
        return sent

    def sweep_with_faults(self) -> int:
        """As `sweep`, where some checks may fail; how many did."""
        self._run(sweep, check_purchase, CHECK.queue)
        return self.failed

    def expire(self) -> int:
        """The job finds accounts that are due, and the worker expires their credits; how many expired."""
        before = self._expired()
        self._run(expire, expire_account, EXPIRY.queue)
        return self._expired() - before

    def _run(self, job: Job, worker: Worker, queue: str) -> int:
        sent = job({"time": self.now.isoformat()}, LambdaContext())["done"]
        bodies = self.queued(queue)
        assert len(bodies) == sent
        with clock.at(self.now):
            answer = worker(sqs_event(*bodies), LambdaContext()) if bodies else {"batchItemFailures": []}
        self.failed = len(answer["batchItemFailures"])
        return int(sent)

    @staticmethod
    def _expired() -> int:
        """Credits that have expired so far, by the ledger."""
        items = aws_client("dynamodb").scan(TableName=settings.table_name("payment"))["Items"]
        return -sum(int(item["amount"]["N"]) for item in items if item.get("type", {}).get("S") == "expiry")

    def balanced(self, user: str) -> int:
        """The sum of the lots, after checking that it is that of the ledger."""
        found = account(user)
        lots = list(found.lots.values()) if found else []
        held = sum(lot.amount for lot in lots)
        assert held == sum(entry["amount"] for entry in self.ledger(user))
        assert all(lot.amount >= 0 for lot in lots)
        return held


@pytest.fixture
def shop(tables: None, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A shop on 2 March 2026 at noon, with one pack: 10 credits for 90.00 GBP."""
    set_secrets(monkeypatch)
    monkeypatch.setenv("STRIPE_API_BASE", "https://stripe.test")
    fake = FakeStripe()
    monkeypatch.setattr(stripe, "RequestsClient", lambda **_: fake)
    return Shop(fake)


@contextmanager
def lost_answers(operation: str, times: int = 1) -> Iterator[None]:
    """DynamoDB does what it is asked to, and its answer never arrives."""
    left = times

    def lose(**_: Any) -> None:
        nonlocal left
        if left:
            left -= 1
            raise ReadTimeoutError(endpoint_url="https://dynamodb.test")

    events = aws.client("dynamodb").meta.events
    events.register(f"after-call.dynamodb.{operation}", lose)
    try:
        yield
    finally:
        events.unregister(f"after-call.dynamodb.{operation}", lose)


@pytest.fixture
def trips(tables: None) -> Callable[[], list[str]]:
    """The AWS operations since it was last asked."""
    seen: list[str] = []

    def note(model: Any, **_: Any) -> None:
        seen.append(model.name)

    for service in ("dynamodb", "sqs"):
        aws.client(service).meta.events.register(f"before-call.{service}", note)

    def take() -> list[str]:
        taken, seen[:] = list(seen), []
        return taken

    return take

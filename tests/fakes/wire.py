"""The wire between a function and AWS or Stripe, on which a call can fail in every way that matters."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import botocore.endpoint
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ReadTimeoutError
from botocore.retries.quota import RetryQuota
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse

from tests.fakes.aws import aws_response
from tests.fakes.stripe import FakeStripe, timed_out

TRANSACT = "TransactWriteItems"
STRIPE = "Stripe"


class Crash(BaseException):
    """The process of the function ends; only what has reached the other side remains."""


@dataclass(frozen=True)
class Sent:
    """One attempt of a call.

    Attributes
    ----------
    operation
        `TransactWriteItems`, `AdminCreateUser`, `Stripe POST customers`.
    land
        Lets it reach the other side, and returns the answer.
    refuse
        Makes the answer that refuses it with an error code.
    lose
        Raises what the client sees when no answer comes.
    """

    operation: str
    land: Callable[[], Any]
    refuse: Callable[[str], Any]
    lose: Callable[[], Exception]


@dataclass(frozen=True)
class Fault:
    """What happens to one call.

    Attributes
    ----------
    name
        For the report.
    strike
        What becomes of the first attempt of the call.
    lasts
        Whether its further attempts and all later calls are lost; otherwise they pass.
    operations
        The operations that it can happen to; all if empty.
    """

    name: str
    strike: Callable[[Sent], Any]
    lasts: bool = False
    operations: frozenset[str] = frozenset()

    def fits(self, operation: str) -> bool:
        """Whether it can happen to a call."""
        return not self.operations or operation in self.operations


def _lose_request(sent: Sent) -> Any:
    raise sent.lose()


def _lose_answer(sent: Sent) -> Any:
    sent.land()
    raise sent.lose()


def _crash(sent: Sent) -> Any:
    sent.land()
    raise Crash


FAULTS = (
    Fault("request lost", _lose_request),
    Fault("answer lost", _lose_answer),
    Fault("no connection", _lose_request, lasts=True),
    Fault("answer lost, then no connection", _lose_answer, lasts=True),
    Fault("throttled", lambda sent: sent.refuse("ThrottlingException")),
    Fault("conflict", lambda sent: sent.refuse("TransactionCanceledException"), operations=frozenset({TRANSACT})),
    Fault("crash", _crash),
)


@dataclass
class Wire:
    """Every call that passes, in order.

    Attributes
    ----------
    calls
        The operation of each call; its repeats by the client are not counted.
    fault, at
        What happens to the call of this number, from 0; None for nothing.
    """

    fault: Fault | None = None
    at: int = 0
    calls: list[str] = field(default_factory=list)
    struck: bool = False
    _last: str | None = None

    def send(self, sent: Sent, call_id: str | None) -> Any:
        """Pass an attempt on, or let the fault strike it."""
        if call_id is None or call_id != self._last:
            self._last = call_id
            self.calls.append(sent.operation)
        number = len(self.calls) - 1
        if self.fault is None or number < self.at:
            return sent.land()
        if not self.struck:
            self.struck = True
            return self.fault.strike(sent)
        if self.fault.lasts:
            raise sent.lose()
        return sent.land()


@contextmanager
def wired(fake_stripe: FakeStripe, fault: Fault | None = None, at: int = 0) -> Iterator[Wire]:
    """Watch all calls of the block, one of which fails."""
    wire = Wire(fault, at)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.endpoint, "time", SimpleNamespace(sleep=lambda seconds: None))
        # A client that has retried much would not retry any more.
        patch.setattr(RetryQuota, "acquire", lambda self, capacity: True)
        patch.setattr(BotocoreStubber, "__call__", _through(wire, BotocoreStubber.__call__))
        patch.setattr(fake_stripe, "request", _stripe_through(wire, fake_stripe.request))
        yield wire


def _through(wire: Wire, stub: Callable[..., Any]) -> Callable[..., Any]:
    def answer(self: BotocoreStubber, event_name: str, request: Any, **more: Any) -> Any:
        operation = event_name.rsplit(".", 1)[1]
        sent = Sent(
            operation,
            land=lambda: stub(self, event_name, request, **more),
            refuse=lambda code: _refusal(request, code),
            lose=lambda: ReadTimeoutError(endpoint_url=request.url),
        )
        call_id = request.headers.get("amz-sdk-invocation-id")
        return wire.send(sent, str(call_id))

    return answer


def _refusal(request: Any, code: str) -> AWSResponse:
    if ".s3." in request.url:
        text = "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
        return aws_response(request.url, 503, {"Content-Type": "application/xml"}, MockRawResponse(text))
    body: dict[str, Any] = {"__type": code, "message": code}
    if code == "TransactionCanceledException":
        operations = json.loads(request.body)["TransactItems"]
        body["CancellationReasons"] = [{"Code": "TransactionConflict"}] + [{"Code": "None"} for _ in operations[1:]]
    headers = {"Content-Type": "application/x-amz-json-1.0"}
    return aws_response(request.url, 400, headers, MockRawResponse(json.dumps(body)))


def _stripe_through(wire: Wire, request: Callable[..., Any]) -> Callable[..., Any]:
    def answer(method: str, url: str, headers: Any, post_data: Any = None, **more: Any) -> Any:
        sent = Sent(
            f"{STRIPE} {method.upper()} {url.rsplit('/v1/', 1)[1]}",
            land=lambda: request(method, url, headers, post_data, **more),
            refuse=lambda code: ('{"error": {"type": "invalid_request_error"}}', 429, {}),
            lose=timed_out,
        )
        return wire.send(sent, (headers or {}).get("Idempotency-Key"))

    return answer

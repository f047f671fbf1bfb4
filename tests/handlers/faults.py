"""Faults between us and DynamoDB, put in through botocore's event hooks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ReadTimeoutError
from moto.core.models import botocore_stubber

from solo60 import aws

TRANSACT = "TransactWriteItems"


@contextmanager
def _hooked(event: str, hook: Callable[..., Any]) -> Iterator[None]:
    events = aws.client("dynamodb").meta.events
    events.register_first(event, hook)
    try:
        yield
    finally:
        events.unregister(event, hook)


class Wire:
    """What was sent while faults were put in."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    @property
    def tokens(self) -> list[str]:
        """The token of each transaction that went out, repeats included."""
        return [request["ClientRequestToken"] for request in self.sent]

    def record(self, request: Any) -> None:
        """Note a request as it leaves."""
        body = request.body.decode() if isinstance(request.body, bytes) else request.body
        self.sent.append(json.loads(body))


@contextmanager
def watched(operation: str) -> Iterator[Wire]:
    """Only look."""
    wire = Wire()

    def hook(request: Any, **_: Any) -> None:
        wire.record(request)

    with _hooked(f"before-send.dynamodb.{operation}", hook):
        yield wire


@contextmanager
def lost_requests(operation: str, times: int) -> Iterator[Wire]:
    """The first `times` requests time out before they land."""
    wire = Wire()

    def hook(request: Any, **_: Any) -> None:
        wire.record(request)
        if len(wire.sent) <= times:
            raise ReadTimeoutError(endpoint_url="dynamodb")

    with _hooked(f"before-send.dynamodb.{operation}", hook):
        yield wire


@contextmanager
def lost_answers(operation: str, times: int) -> Iterator[Wire]:
    """The first `times` requests land, and their answers time out."""
    wire = Wire()

    def hook(event_name: str, request: Any, **_: Any) -> None:
        wire.record(request)
        if len(wire.sent) <= times:
            assert botocore_stubber(event_name, request) is not None
            raise ReadTimeoutError(endpoint_url="dynamodb")

    with _hooked(f"before-send.dynamodb.{operation}", hook):
        yield wire


@contextmanager
def answered(operation: str, *answers: dict[str, Any] | None) -> Iterator[list[dict[str, Any]]]:
    """The next calls are answered so, without reaching DynamoDB; None lets one through, as do all after the last."""
    waiting = list(answers)
    calls: list[dict[str, Any]] = []

    def hook(params: dict[str, Any], **_: Any) -> Any:
        calls.append(json.loads(params["body"]))
        answer = waiting.pop(0) if waiting else None
        if answer is None:
            return None
        return SimpleNamespace(status_code=400 if "Error" in answer else 200), answer

    with _hooked(f"before-call.dynamodb.{operation}", hook):
        yield calls


def cancelled(*codes: str) -> dict[str, Any]:
    """The answer to a transaction that was cancelled for these reasons, one an operation."""
    return {
        "Error": {"Code": "TransactionCanceledException", "Message": "cancelled"},
        "CancellationReasons": [{"Code": code} for code in codes],
        "ResponseMetadata": {"HTTPStatusCode": 400},
    }


def refused(code: str) -> dict[str, Any]:
    """The answer to a request that was refused as a whole."""
    return {"Error": {"Code": code, "Message": code}, "ResponseMetadata": {"HTTPStatusCode": 400}}

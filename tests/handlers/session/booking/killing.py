"""A DynamoDB that is gone in the midst of work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import EndpointConnectionError

from solo60 import aws


@contextmanager
def killed_at_transaction(number: int) -> Iterator[None]:
    """DynamoDB is gone from one transaction on."""
    count = [0]

    def hook(**_: Any) -> None:
        count[0] += 1
        if count[0] >= number:
            raise EndpointConnectionError(endpoint_url="https://dynamodb")

    events = aws.client("dynamodb").meta.events
    events.register_first("before-call.dynamodb.TransactWriteItems", hook)
    try:
        yield
    finally:
        events.unregister("before-call.dynamodb.TransactWriteItems", hook)

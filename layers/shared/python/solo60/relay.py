"""The relay: publishes a domain's outbox items from its table's stream on the bus."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import ClientError

from solo60 import aws, observability, settings
from solo60.declarations import Function
from solo60.failures import FunctionFailed
from solo60.grants import EventBusGrant, QueueGrant

MAX_ENTRIES = 10
MAX_REQUEST_BYTES = 256 * 1024
"""Of all entries of one PutEvents."""
REDRIVEN = "redriven"
"""In a message of the dead-letter queue, which is the event of the function's next call by `make redrive`."""

_INVALID_REQUEST = "ValidationException"
_INCOMPLETE_ITEM = "IncompleteItem"
_INVALID_ENTRY = frozenset(
    {"InvalidArgument", "MalformedDetail", "RedactionFailure", _INVALID_REQUEST, _INCOMPLETE_ITEM}
)
"""Codes of an entry that the bus will never accept. The others are about the bus, or about permissions on it."""

StreamRecord = dict[str, Any]
BusEntry = dict[str, str]


@dataclass(frozen=True)
class RelayDeclaration(Function):
    """The declaration of a relay."""

    batch_size: int = MAX_ENTRIES


class Relay:
    """Publishes a domain's outbox items from its table's stream on the bus.

    Failures are retried by the stream, so an event may be published twice. Consumers deduplicate by its id. An event
    that the bus will never accept goes to the dead-letter queue at once: retried, it would hold up all others.
    """

    def __init__(self, domain: str) -> None:
        self.dead_letters = f"{domain}-relay-dead"
        self.declaration = RelayDeclaration(
            module=f"{domain}.relay",
            function=type(self).__call__,
            grants=(EventBusGrant(), QueueGrant(self.dead_letters)),
            timeout_seconds=30,
        )
        self.grants = self.declaration.grants

    def __call__(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Publish a batch. The stream retries from the first entry that the bus did not accept for now."""
        try:
            return self._publish(event["Records"], redriven=bool(event.get(REDRIVEN)))
        except Exception as error:  # noqa: BLE001 - whatever it is, its text stays out of Lambda's own log
            observability.log_failure("batch not published", error)
            raise FunctionFailed(error) from None

    def _publish(self, records: list[StreamRecord], *, redriven: bool) -> dict[str, Any]:
        for record, code in _not_accepted(records):
            observability.logger().error("event not published", extra={"reason": code})
            if code in _INVALID_ENTRY and not redriven:
                self._set_aside(record)
            else:
                return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
        return {"batchItemFailures": []}

    def _set_aside(self, record: StreamRecord) -> None:
        aws.client("sqs").send_message(
            QueueUrl=settings.queue_url(self.dead_letters),
            MessageBody=json.dumps({"Records": [record], REDRIVEN: True}, default=str),
        )


def _not_accepted(records: list[StreamRecord]) -> Iterator[tuple[StreamRecord, str]]:
    """Publish the records; those that the bus did not accept, in their order, with the error code."""
    for batch in _batches(records):
        codes = iter(_put([entry for _, entry in batch if all(entry.values())]))
        for record, entry in batch:
            code = next(codes) if all(entry.values()) else _INCOMPLETE_ITEM
            if code:
                yield record, code


def _batches(records: list[StreamRecord]) -> Iterator[list[tuple[StreamRecord, BusEntry]]]:
    """The records with their entries, as many together as one request takes."""
    batch: list[tuple[StreamRecord, BusEntry]] = []
    size = 0
    for record in records:
        entry = _bus_entry(record)
        entry_size = _size(entry)
        if batch and (len(batch) == MAX_ENTRIES or size + entry_size > MAX_REQUEST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append((record, entry))
        size += entry_size
    if batch:
        yield batch


def _put(entries: list[BusEntry]) -> list[str | None]:
    """Publish entries; the error code of each, None for an accepted one."""
    if not entries:
        return []
    try:
        answer = aws.client("events").put_events(Entries=entries)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code != _INVALID_REQUEST:
            raise
        if len(entries) == 1:
            return [code]
        # One of them makes the whole request invalid.
        return [code for entry in entries for code in _put([entry])]
    return [entry.get("ErrorCode") for entry in answer["Entries"]]


def _bus_entry(record: StreamRecord) -> BusEntry:
    image = record["dynamodb"].get("NewImage", {})
    return {
        "EventBusName": settings.read(settings.EVENT_BUS),
        "Source": _text(image, "source"),
        "DetailType": _text(image, "detail_type"),
        "Detail": _text(image, "detail"),
    }


def _text(image: dict[str, Any], name: str) -> str:
    text = image.get(name, {}).get("S")
    return text if isinstance(text, str) else ""


def _size(entry: BusEntry) -> int:
    """The size of an entry in bytes, as EventBridge counts it."""
    return sum(len(entry[name].encode()) for name in ("Source", "DetailType", "Detail"))

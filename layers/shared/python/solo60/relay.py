"""The relay: publishes a domain's outbox items from its table's stream on the bus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from solo60 import aws, observability, settings
from solo60.declarations import Function
from solo60.failures import FunctionFailed
from solo60.grants import EventBusGrant


@dataclass(frozen=True)
class RelayDeclaration(Function):
    """The declaration of a relay."""

    batch_size: int = 10


class Relay:
    """Publishes a domain's outbox items from its table's stream on the bus.

    Failures are retried by the stream, so an event may be published twice. Consumers deduplicate by its id.
    """

    def __init__(self, domain: str) -> None:
        self.declaration = RelayDeclaration(
            module=f"{domain}.relay",
            function=type(self).__call__,
            grants=(EventBusGrant(),),
            timeout_seconds=30,
        )
        self.grants = self.declaration.grants

    def __call__(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Publish a batch. The stream retries from the first entry that the bus refused."""
        try:
            return self._publish(event["Records"])
        except Exception as error:  # noqa: BLE001 - whatever it is, its text stays out of Lambda's own log
            observability.log_failure("batch not published", error)
            raise FunctionFailed(error) from None

    def _publish(self, records: list[dict[str, Any]]) -> dict[str, Any]:
        answer = aws.client("events").put_events(
            Entries=[_bus_entry(record["dynamodb"]["NewImage"]) for record in records]
        )
        for record, entry in zip(records, answer["Entries"], strict=True):
            if entry.get("ErrorCode"):
                observability.logger().error("event not published", extra={"reason": entry["ErrorCode"]})
                return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
        return {"batchItemFailures": []}


def _bus_entry(image: dict[str, Any]) -> dict[str, Any]:
    return {
        "EventBusName": settings.read(settings.EVENT_BUS),
        "Source": image["source"]["S"],
        "DetailType": image["detail_type"]["S"],
        "Detail": image["detail"]["S"],
    }

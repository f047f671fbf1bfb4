"""Sending messages to the queues of a domain's workers."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel

from solo60 import aws, correlation, settings
from solo60.retry import Backoff

CORRELATION_ATTRIBUTE = "correlation_id"
BATCH_SIZE = 10
"""Messages that SQS takes in one call."""


def send(queue: str, message: BaseModel) -> None:
    """Send a message to one of the domain's queues, with the current correlation id."""
    aws.client("sqs").send_message(
        QueueUrl=settings.queue_url(queue),
        MessageBody=message.model_dump_json(),
        MessageAttributes={CORRELATION_ATTRIBUTE: {"DataType": "String", "StringValue": correlation.current()}},
    )


def send_batch(queue: str, messages: Sequence[BaseModel], deadline: float) -> None:
    """Send up to `BATCH_SIZE` messages to one of the domain's queues in one call, with the current correlation id.

    Parameters
    ----------
    deadline
        On the monotonic clock: until when those that the queue refused are sent again.

    Raises
    ------
    ServiceUnavailable
        Some were refused until the deadline.
    """
    attribute = {CORRELATION_ATTRIBUTE: {"DataType": "String", "StringValue": correlation.current()}}
    left = [
        {"Id": str(number), "MessageBody": message.model_dump_json(), "MessageAttributes": attribute}
        for number, message in enumerate(messages)
    ]
    backoff = Backoff(deadline, "The queue does not take all messages.")
    while True:
        answer = aws.client("sqs").send_message_batch(QueueUrl=settings.queue_url(queue), Entries=left)
        refused = {failure["Id"] for failure in answer.get("Failed", ())}
        left = [entry for entry in left if entry["Id"] in refused]
        if not left:
            return
        backoff.pause()

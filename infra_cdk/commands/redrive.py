"""Gives what ended in a dead-letter queue another try: `make redrive QUEUE=payment-stripe-events`.

Messages of a queue go back to it. Behind a job and a relay there is no queue: what Lambda gave up on says what it was
called with, and it is called so again.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra_cdk.catalogue import ALIAS, PROJECT
from infra_cdk.local.errors import LocalRunError
from infra_cdk.local.stack import REGION, STACK_FILE, STAGE, Stack
from infra_cdk.stages import STAGES
from solo60.events import OUTBOX_KIND

DEAD_LETTERS = "-dead"
NO_QUEUE = {"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"}

Clients = Callable[[str], Any]


class RedriveFailed(Exception):
    """A function failed again; its message stays."""


def _clients(stage: str) -> Clients:
    if stage != STAGE:
        return lambda service: boto3.client(service, region_name=STAGES[stage].region)  # type: ignore[call-overload]
    url = Stack.read(STACK_FILE).aws
    return lambda service: boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def redrive(clients: Clients, name: str) -> int:
    """Give the messages of a dead-letter queue another try.

    Returns
    -------
    int
        How many there are.

    Raises
    ------
    RedriveFailed
        A function failed again; its message stays.
    """
    sqs = clients("sqs")
    dead = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    worked_off = name.removesuffix(DEAD_LETTERS)
    try:
        back = sqs.get_queue_url(QueueName=worked_off)["QueueUrl"]
    except ClientError as error:
        if error.response["Error"]["Code"] not in NO_QUEUE:
            raise
        return sum(_invoke(clients, worked_off, json.loads(message["Body"])) for message in _messages(sqs, dead))
    return sum(_send(sqs, back, message) for message in _messages(sqs, dead))


def _messages(sqs: Any, url: str) -> Iterator[dict[str, Any]]:
    """Each message once; it is removed when the next one is asked for."""
    while messages := sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], WaitTimeSeconds=0
    ).get("Messages"):
        for message in messages:
            yield message
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def _send(sqs: Any, url: str, message: dict[str, Any]) -> int:
    # What the bus could not deliver has no queue that it came from: a move task would not know where to.
    attributes = {
        name: {key: value for key, value in attribute.items() if key in {"DataType", "StringValue", "BinaryValue"}}
        for name, attribute in message.get("MessageAttributes", {}).items()
    }
    sqs.send_message(QueueUrl=url, MessageBody=message["Body"], MessageAttributes=attributes)
    return 1


def _invoke(clients: Clients, function: str, left: dict[str, Any]) -> int:
    """Call a job with its event again, or a relay with the records of the stream that it was given."""
    batch = left.get("DDBStreamBatchInfo")
    # What the schedule itself could not deliver is the event as it was.
    event = {"Records": list(_records(clients, batch))} if batch else left.get("requestPayload", left)
    answer = clients("lambda").invoke(
        FunctionName=function, Qualifier=ALIAS, Payload=json.dumps(event, default=str).encode()
    )
    failed = json.loads(answer["Payload"].read() or b"null") or {}
    if "FunctionError" in answer or failed.get("batchItemFailures"):
        raise RedriveFailed(f"{function} failed again; its message stays, and its log says why")
    return 1


def _records(clients: Clients, batch: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The outbox records of a batch; a stream keeps them for a day."""
    streams = clients("dynamodbstreams")
    iterator = streams.get_shard_iterator(
        StreamArn=batch["streamArn"],
        ShardId=batch["shardId"],
        ShardIteratorType="AT_SEQUENCE_NUMBER",
        SequenceNumber=batch["startSequenceNumber"],
    )["ShardIterator"]
    last = int(batch["endSequenceNumber"])
    while iterator:
        page = streams.get_records(ShardIterator=iterator)
        for record in page["Records"]:
            if int(record["dynamodb"]["SequenceNumber"]) > last:
                return
            if record["eventName"] == "INSERT" and record["dynamodb"]["NewImage"]["kind"] == {"S": OUTBOX_KIND}:
                yield record
        iterator = page.get("NextShardIterator") if page["Records"] else None


def main() -> int:
    """Give them another try; returns 1 with one line when there is no such queue or it fails again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("queue", help="as the stack names it, with or without its prefix and suffix")
    parser.add_argument("--stage", default="dev", choices=sorted(STAGES))
    arguments = parser.parse_args()
    if not arguments.queue:
        parser.error("name a queue: make redrive QUEUE=payment-stripe-events STAGE=dev")
    prefix = f"{PROJECT}-{arguments.stage}-"
    name = prefix + arguments.queue.removeprefix(prefix).removesuffix(DEAD_LETTERS) + DEAD_LETTERS
    try:
        count = redrive(_clients(arguments.stage), name)
    except ClientError as error:
        print(f"error  {name}: {error.response['Error']['Message']}", file=sys.stderr)
        return 1
    except (BotoCoreError, LocalRunError, RedriveFailed) as error:
        print(f"error  {error}", file=sys.stderr)
        return 1
    print(f"{name}: {count} messages have another try")
    return 0


if __name__ == "__main__":
    sys.exit(main())

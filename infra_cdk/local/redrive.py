"""Moves a dead-letter queue's messages back to where they failed: `make redrive QUEUE=payment-stripe-events`."""

from __future__ import annotations

import argparse
import sys
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra_cdk.catalogue import PROJECT
from infra_cdk.local.errors import LocalRunError
from infra_cdk.local.stack import REGION, STACK_FILE, STAGE, Stack

DEAD_LETTERS = "-dead"


def _client(stage: str) -> Any:
    if stage != STAGE:
        return boto3.client("sqs")
    stack = Stack.read(STACK_FILE)
    return boto3.client(
        "sqs", endpoint_url=stack.aws, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test"
    )


def _move(sqs: Any, source: str, target: str) -> None:
    """The emulator has no move task: message by message."""
    while messages := sqs.receive_message(
        QueueUrl=source, MaxNumberOfMessages=10, MessageAttributeNames=["All"], WaitTimeSeconds=0
    ).get("Messages"):
        for message in messages:
            sqs.send_message(
                QueueUrl=target, MessageBody=message["Body"], MessageAttributes=message.get("MessageAttributes", {})
            )
            sqs.delete_message(QueueUrl=source, ReceiptHandle=message["ReceiptHandle"])


def main() -> int:
    """Start the move; returns 1 with one line when there is no such queue."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("queue", help="as the stack names it, with or without its prefix and suffix")
    parser.add_argument("--stage", default="dev")
    arguments = parser.parse_args()
    if not arguments.queue:
        parser.error("name a queue: make redrive QUEUE=payment-stripe-events STAGE=dev")
    prefix = f"{PROJECT}-{arguments.stage}-"
    name = prefix + arguments.queue.removeprefix(prefix).removesuffix(DEAD_LETTERS) + DEAD_LETTERS
    try:
        sqs = _client(arguments.stage)
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn", "ApproximateNumberOfMessages"])[
            "Attributes"
        ]
        if arguments.stage == STAGE:
            _move(sqs, url, sqs.get_queue_url(QueueName=name.removesuffix(DEAD_LETTERS))["QueueUrl"])
        else:
            sqs.start_message_move_task(SourceArn=attributes["QueueArn"])
    except ClientError as error:
        print(f"error  {name}: {error.response['Error']['Message']}", file=sys.stderr)
        return 1
    except (BotoCoreError, LocalRunError) as error:
        print(f"error  {error}", file=sys.stderr)
        return 1
    print(f"{name}: {attributes['ApproximateNumberOfMessages']} messages on their way back")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What ended in a dead-letter queue has another try, wherever it came from."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from infra_cdk.commands.redrive import RedriveFailed, redrive
from tests.fakes.aws import aws_client

OUTBOX = {"kind": {"S": "outbox"}}


class Functions:
    """Lambda, which moto runs in containers alone."""

    def __init__(self, **answer: Any) -> None:
        self.answer = answer
        self.called: list[tuple[str, Any]] = []

    def invoke(self, **asked: Any) -> dict[str, Any]:
        assert asked["Qualifier"] == "live"
        self.called.append((asked["FunctionName"], json.loads(asked["Payload"])))
        body = self.answer.get("body", {})
        return {"Payload": io.BytesIO(json.dumps(body).encode()), **self.answer.get("more", {})}


class Streams:
    """A stream with records 100 to 105; 102 is no outbox item and 103 is gone again."""

    def get_shard_iterator(self, **asked: Any) -> dict[str, Any]:
        assert asked["ShardIteratorType"] == "AT_SEQUENCE_NUMBER"
        return {"ShardIterator": asked["SequenceNumber"]}

    def get_records(self, *, ShardIterator: str) -> dict[str, Any]:  # noqa: N803 - AWS's own name
        first = int(ShardIterator)
        records = [
            {
                "eventName": "REMOVE" if number == 103 else "INSERT",
                "dynamodb": {
                    "SequenceNumber": str(number),
                    "NewImage": {"kind": {"S": "session"}} if number == 102 else OUTBOX,
                },
            }
            for number in range(first, min(first + 2, 106))
        ]
        return {"Records": records, "NextShardIterator": str(first + 2)}


class World:
    """The clients of an account."""

    def __init__(self, functions: Functions) -> None:
        self.functions = functions
        self.sqs = aws_client("sqs")

    def __call__(self, service: str) -> Any:
        return {"sqs": self.sqs, "lambda": self.functions, "dynamodbstreams": Streams()}[service]

    def queue(self, name: str, *bodies: Any) -> str:
        url = str(self.sqs.create_queue(QueueName=name)["QueueUrl"])
        for body in bodies:
            attributes = {"correlation_id": {"DataType": "String", "StringValue": "c-1"}}
            self.sqs.send_message(QueueUrl=url, MessageBody=json.dumps(body), MessageAttributes=attributes)
        return url

    def waiting(self, url: str) -> list[Any]:
        found = self.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0, MessageAttributeNames=["All"]
        ).get("Messages", [])
        assert all(message["MessageAttributes"]["correlation_id"]["StringValue"] == "c-1" for message in found)
        return [json.loads(message["Body"]) for message in found]


pytestmark = pytest.mark.usefixtures("tables")


def test_messages_go_back_to_the_queue_that_they_were_for() -> None:
    world = World(Functions())
    dead, back = world.queue("solo60-dev-mails-dead", {"n": 1}, {"n": 2}), world.queue("solo60-dev-mails")
    assert redrive(world, "solo60-dev-mails-dead") == 2
    assert world.waiting(dead) == []
    assert sorted(body["n"] for body in world.waiting(back)) == [1, 2]


@pytest.mark.parametrize(
    "left", [{"time": "2026-03-02T12:00:00Z"}, {"requestPayload": {"time": "2026-03-02T12:00:00Z"}}]
)
def test_a_job_runs_again_for_its_time(left: dict[str, Any]) -> None:
    world = World(Functions())
    dead = world.queue("solo60-dev-payment-expire-credits-dead", left)
    assert redrive(world, "solo60-dev-payment-expire-credits-dead") == 1
    assert world.functions.called == [("solo60-dev-payment-expire-credits", {"time": "2026-03-02T12:00:00Z"})]
    assert world.waiting(dead) == []


def test_a_relay_gets_the_records_that_it_was_given() -> None:
    world = World(Functions(body={"batchItemFailures": []}))
    batch = {"streamArn": "arn", "shardId": "s", "startSequenceNumber": "100", "endSequenceNumber": "104"}
    world.queue("solo60-dev-auth-relay-dead", {"DDBStreamBatchInfo": batch})
    assert redrive(world, "solo60-dev-auth-relay-dead") == 1
    ((function, event),) = world.functions.called
    assert function == "solo60-dev-auth-relay"
    assert [record["dynamodb"]["SequenceNumber"] for record in event["Records"]] == ["100", "101", "104"]


@pytest.mark.parametrize(
    "answer", [{"more": {"FunctionError": "Unhandled"}}, {"body": {"batchItemFailures": [{"itemIdentifier": "100"}]}}]
)
def test_what_fails_again_stays(answer: dict[str, Any]) -> None:
    world = World(Functions(**answer))
    dead = world.queue("solo60-dev-payment-expire-credits-dead", {"time": "2026-03-02T12:00:00Z"})
    with pytest.raises(RedriveFailed, match="failed again"):
        redrive(world, "solo60-dev-payment-expire-credits-dead")
    assert world.sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["ApproximateNumberOfMessagesNotVisible"])[
        "Attributes"
    ] == {"ApproximateNumberOfMessagesNotVisible": "1"}

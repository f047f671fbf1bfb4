"""solo60.relay, over every relay of the catalogue: what a table's stream brings arrives at the rules of the bus, and
what the bus refuses at the relay's dead letters."""

from __future__ import annotations

import json

import pytest

from infra_cdk import catalogue
from solo60 import settings
from solo60.relay import Relay
from tests.conftest import LambdaContext
from tests.contracts.event_contracts import sample
from tests.fakes.aws import ACCOUNT, REGION, aws_client

RELAYS = [service.relay for service in catalogue.services() if service.relay is not None]


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("relay", RELAYS, ids=lambda relay: relay.declaration.module)
def test_what_the_stream_brings_arrives_at_a_rule(relay: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(settings.EVENT_BUS, "bus")
    events, sqs = aws_client("events"), aws_client("sqs")
    queue = sqs.create_queue(QueueName="of-a-consumer")["QueueUrl"]
    events.create_event_bus(Name="bus")
    events.put_rule(Name="all", EventBusName="bus", EventPattern=json.dumps({"source": [{"prefix": "solo60."}]}))
    target = {"Id": "queue", "Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:of-a-consumer"}
    events.put_targets(Rule="all", EventBusName="bus", Targets=[target])
    stream = sample("dynamodb_stream_outbox")
    assert relay(stream, LambdaContext()) == {"batchItemFailures": []}
    (message,) = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    arrived, item = json.loads(message["Body"]), stream["Records"][0]["dynamodb"]["NewImage"]
    assert (arrived["source"], arrived["detail-type"]) == (item["source"]["S"], item["detail_type"]["S"])
    assert arrived["detail"] == json.loads(item["detail"]["S"])


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("relay", RELAYS, ids=lambda relay: relay.declaration.module)
def test_what_the_bus_refuses_arrives_at_the_dead_letters(relay: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(settings.EVENT_BUS, "default")
    dead_letters = aws_client("sqs").create_queue(QueueName=relay.dead_letters)["QueueUrl"]
    monkeypatch.setenv(settings.queue_variable(relay.dead_letters), dead_letters)
    stream = sample("dynamodb_stream_outbox")
    stream["Records"][0]["dynamodb"]["NewImage"]["detail"]["S"] = "no JSON"
    assert relay(stream, LambdaContext()) == {"batchItemFailures": []}
    (message,) = aws_client("sqs").receive_message(QueueUrl=dead_letters, MaxNumberOfMessages=10)["Messages"]
    assert json.loads(message["Body"])["Records"] == stream["Records"]

"""Every queue has its dead letters and every dead letter its alarm; events reach who declares to consume them."""

from __future__ import annotations

import json

import pytest

from infra_cdk import catalogue
from solo60.consumers import Consumer
from solo60.jobs import Job
from solo60.relay import Relay
from solo60.workers import Worker
from template_tests.reading import Assembly, Resource

CONSUMERS = [consumer for service in catalogue.services() for consumer in service.consumers]
WORKERS = [worker for service in catalogue.services() for worker in service.workers]
JOBS = [job for service in catalogue.services() for job in service.jobs]
RELAYS = [service.relay for service in catalogue.services() if service.relay]
MAX_RECEIVES = 5


def _module(declared: Consumer | Worker | Job | Relay) -> str:
    return declared.declaration.module


def _name(declared: Consumer | Worker | Job | Relay) -> str:
    return catalogue.function_name("prod", declared.declaration)


def _source(declared: Consumer | Worker) -> str:
    return f"solo60-prod-{declared.declaration.queue}" if isinstance(declared, Worker) else _name(declared)


def _dead(queues: list[Resource]) -> list[Resource]:
    return [queue for queue in queues if queue["QueueName"].endswith("-dead")]


def test_every_queue_ends_in_dead_letters(prod: Assembly) -> None:
    queues = prod.resources("AWS::SQS::Queue")
    dead = {(queue.stack, prod.reference(queue)) for queue in _dead(queues)}
    for queue in queues:
        if queue["QueueName"].endswith("-dead"):
            continue
        policy = queue["RedrivePolicy"]
        assert (queue.stack, prod.text(policy["deadLetterTargetArn"])) in dead
        assert policy["maxReceiveCount"] == MAX_RECEIVES


def test_every_dead_letter_rings(prod: Assembly) -> None:
    rung = {
        (alarm.stack, prod.text(dimension["Value"])): alarm
        for alarm in prod.resources("AWS::CloudWatch::Alarm")
        for dimension in alarm["Dimensions"]
        if dimension["Name"] == "QueueName"
    }
    dead = _dead(prod.resources("AWS::SQS::Queue"))
    assert dead
    for queue in dead:
        alarm = rung[(queue.stack, prod.reference(queue, "QueueName"))]
        assert alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
        assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (0, "GreaterThanThreshold")


def test_every_alarm_goes_to_the_topic(prod: Assembly) -> None:
    [topic] = prod.resources("AWS::SNS::Topic")
    for alarm in prod.resources("AWS::CloudWatch::Alarm"):
        [action] = alarm["AlarmActions"]
        assert prod.text(action).endswith(f":{topic['TopicName']}")


def test_every_queue_is_encrypted_and_speaks_tls_alone(prod: Assembly) -> None:
    refused = {
        (policy.stack, prod.text(queue))
        for policy in prod.resources("AWS::SQS::QueuePolicy")
        for queue in policy["Queues"]
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny" and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    }
    for queue in prod.resources("AWS::SQS::Queue"):
        assert queue["SqsManagedSseEnabled"] is True
        assert (queue.stack, f"${{{queue.id}}}") in refused


@pytest.mark.parametrize("declared", [*CONSUMERS, *WORKERS], ids=_module)
def test_a_queue_feeds_its_function(prod: Assembly, declared: Consumer | Worker) -> None:
    function = prod.one("AWS::Lambda::Function", FunctionName=_name(declared))
    queue = prod.one("AWS::SQS::Queue", QueueName=_source(declared))
    [mapping] = _mappings(prod, function)
    assert prod.text(mapping["EventSourceArn"]) == prod.reference(queue)
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BatchSize"] == declared.declaration.batch_size
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": declared.declaration.max_concurrency}
    assert queue["VisibilityTimeout"] >= 6 * function["Timeout"]


def test_every_work_queue_is_worked_off() -> None:
    for service in catalogue.services():
        declared = {queue.name for queue in service.domain.queues}
        assert declared == {worker.declaration.queue for worker in service.workers}, service.domain.name


@pytest.mark.parametrize("consumer", CONSUMERS, ids=_module)
def test_the_bus_brings_a_consumer_its_events(prod: Assembly, consumer: Consumer) -> None:
    queue = prod.one("AWS::SQS::Queue", QueueName=_source(consumer))
    dead = prod.one("AWS::SQS::Queue", QueueName=f"{_source(consumer)}-dead")
    brought = set()
    for rule in prod.resources("AWS::Events::Rule", stack=queue.stack):
        for target in rule["Targets"]:
            if prod.text(target["Arn"]) != prod.reference(queue):
                continue
            assert rule["EventBusName"] == "solo60-prod-events"
            assert prod.text(target["DeadLetterConfig"]["Arn"]) == prod.reference(dead)
            [source] = rule["EventPattern"]["source"]
            brought |= {(source, detail) for detail in rule["EventPattern"]["detail-type"]}
    assert brought == {(f"solo60.{event.SOURCE}", event.detail_type()) for event in consumer.declaration.events}


def test_what_is_consumed_is_published() -> None:
    published = {event for service in catalogue.services() for event in catalogue.events_of(service.domain.name)}
    assert {event for consumer in CONSUMERS for event in consumer.declaration.events} <= published


def test_who_publishes_has_a_relay() -> None:
    for service in catalogue.services():
        assert bool(catalogue.events_of(service.domain.name)) == (service.relay is not None), service.domain.name


@pytest.mark.parametrize("job", JOBS, ids=_module)
def test_a_job_runs_on_its_schedule_and_its_failures_wait(prod: Assembly, job: Job) -> None:
    function = prod.one("AWS::Lambda::Function", FunctionName=_name(job))
    dead = prod.one("AWS::SQS::Queue", QueueName=f"{_name(job)}-dead")
    rule = prod.one("AWS::Events::Rule", Name=_name(job))
    [target] = rule["Targets"]
    assert rule["ScheduleExpression"] == job.declaration.schedule
    live = f"${{{prod.live(function).id}}}"
    assert prod.text(target["Arn"]) == live
    assert prod.text(target["DeadLetterConfig"]["Arn"]) == prod.reference(dead)
    [invoked] = [
        config
        for config in prod.resources("AWS::Lambda::EventInvokeConfig", stack=function.stack)
        if prod.text(config["FunctionName"]) == f"${{{function.id}}}"
    ]
    assert prod.text(invoked["DestinationConfig"]["OnFailure"]["Destination"]) == prod.reference(dead)
    [permission] = [
        permission
        for permission in prod.resources("AWS::Lambda::Permission", stack=function.stack)
        if prod.text(permission["FunctionName"]) == live
    ]
    assert (permission["Principal"], prod.text(permission["SourceArn"])) == (
        "events.amazonaws.com",
        prod.reference(rule),
    )


@pytest.mark.parametrize("relay", RELAYS, ids=_module)
def test_a_relay_reads_the_outbox_alone(prod: Assembly, relay: Relay) -> None:
    function = prod.one("AWS::Lambda::Function", FunctionName=_name(relay))
    table = prod.one("AWS::DynamoDB::Table", TableName=f"solo60-prod-{relay.declaration.domain}")
    dead = prod.one("AWS::SQS::Queue", QueueName=f"{_name(relay)}-dead")
    [mapping] = _mappings(prod, function)
    assert prod.text(mapping["EventSourceArn"]) == prod.reference(table, "StreamArn")
    [filtered] = mapping["FilterCriteria"]["Filters"]
    assert json.loads(filtered["Pattern"]) == {
        "eventName": ["INSERT"],
        "dynamodb": {"NewImage": {"kind": {"S": ["outbox"]}}},
    }
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["MaximumRetryAttempts"] > 0
    assert mapping["StartingPosition"] == "TRIM_HORIZON", "what was written before the mapping came up is not lost"
    assert prod.text(mapping["DestinationConfig"]["OnFailure"]["Destination"]) == prod.reference(dead)


def test_relays_publish_on_the_bus_that_the_rules_are_on(prod: Assembly) -> None:
    """PutEvents accepts events for a bus that does not exist."""
    [bus] = prod.resources("AWS::Events::EventBus")
    rules = [rule for rule in prod.resources("AWS::Events::Rule") if "EventPattern" in rule.properties]
    relays = [prod.one("AWS::Lambda::Function", FunctionName=_name(relay)) for relay in RELAYS]
    assert {relay["Environment"]["Variables"]["EVENT_BUS"] for relay in relays} == {bus["Name"]}
    assert {rule["EventBusName"] for rule in rules} == {bus["Name"]}


def _mappings(prod: Assembly, function: Resource) -> list[Resource]:
    return [
        mapping
        for mapping in prod.resources("AWS::Lambda::EventSourceMapping", stack=function.stack)
        if prod.text(mapping["FunctionName"]) == f"${{{prod.live(function).id}}}[6]:live"
    ]

"""The consumers' side: everything that is delivered can be read by who declares it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, get_args, get_type_hints

import pytest

from infra_cdk.catalogue import services
from infra_cdk.event_contracts import published_events
from solo60 import clock, correlation
from solo60.consumers import Consumer
from solo60.events import Envelope, Event
from solo60.inbox import InboxMark
from solo60.jobs import Job, ScheduledEvent
from solo60.workers import Worker
from tests.conftest import LambdaContext, sqs_event
from tests.contracts.event_contracts import bus_sample, queue_sample, sample

CONSUMERS = [consumer for service in services() for consumer in service.consumers]
WORKERS = [worker for service in services() for worker in service.workers]
JOBS = [job for service in services() for job in service.jobs]
DELIVERIES = [(consumer, event) for consumer in CONSUMERS for event in consumer.declaration.events]


def _name(declared: Any) -> str:
    return f"{declared.declaration.domain}-{declared.declaration.name}"


def _delivery_id(item: Any) -> str:
    return item.__name__ if isinstance(item, type) else _name(item)


def _reached(handler: Any, monkeypatch: pytest.MonkeyPatch) -> list[dict[type[Any], Any]]:
    """What `handler` would hand to its use case, and its guards by their type, in place of calling it."""
    reached: list[dict[type[Any], Any]] = []
    monkeypatch.setattr(
        handler,
        "_call",
        lambda provided, guards=(): reached.append(
            {**provided, **{type(guard): guard for guard in guards}, str: correlation.current()}
        ),
    )
    return reached


@pytest.mark.parametrize("consumer", CONSUMERS, ids=_name)
def test_a_consumer_declares_published_events(consumer: Consumer) -> None:
    assert consumer.declaration.events
    assert set(consumer.declaration.events) <= set(published_events())


@pytest.mark.parametrize(("consumer", "event"), DELIVERIES, ids=_delivery_id)
def test_a_consumer_reads_the_sample_of_each_event_that_it_declares(
    consumer: Consumer, event: type[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = Consumer(replace(consumer.declaration))
    reached = _reached(fresh, monkeypatch)
    delivered = bus_sample(event.detail_type(), event.VERSION)
    assert fresh(sqs_event(delivered), LambdaContext()) == {"batchItemFailures": []}
    (provided,) = reached
    envelope = provided[Envelope]
    assert type(envelope.data) is event
    assert envelope.data == event.model_validate(delivered["detail"]["data"])
    assert envelope.event_id == delivered["detail"]["event_id"]
    assert (InboxMark in provided) == consumer.declaration.deduplicates
    assert InboxMark not in provided or provided[InboxMark].event_id == envelope.event_id
    assert provided[str] == delivered["detail"]["correlation_id"]


@pytest.mark.parametrize("consumer", CONSUMERS, ids=_name)
def test_a_consumer_s_annotation_matches_its_declared_events(consumer: Consumer) -> None:
    hints = get_type_hints(consumer.declaration.function)
    metadata = [getattr(kind, "__pydantic_generic_metadata__", {}) for kind in hints.values()]
    (asked,) = [data["args"][0] for data in metadata if data.get("origin") is Envelope]
    if asked is not Any:
        members = get_args(asked) or (asked,)
        assert all(issubclass(event, members) for event in consumer.declaration.events)


@pytest.mark.parametrize("worker", WORKERS, ids=_name)
def test_a_worker_reads_the_sample_of_its_queue(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = queue_sample(worker.declaration.queue)
    fresh = Worker(replace(worker.declaration))
    reached = _reached(fresh, monkeypatch)
    assert fresh(batch, LambdaContext()) == {"batchItemFailures": []}
    (provided,) = reached
    message = next(value for kind, value in provided.items() if kind is not str)
    assert json.loads(message.model_dump_json()) == json.loads(batch["Records"][0]["body"])
    assert provided[str] == batch["Records"][0]["messageAttributes"]["correlation_id"]["stringValue"]


@pytest.mark.parametrize("worker", WORKERS, ids=_name)
def test_a_workers_queue_is_one_of_its_domain(worker: Worker) -> None:
    service = next(service for service in services() if service.domain.name == worker.declaration.domain)
    assert worker.declaration.queue in {queue.name for queue in service.domain.queues}


@pytest.mark.parametrize("job", JOBS, ids=_name)
def test_a_job_works_by_the_time_of_its_event(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = Job(replace(job.declaration))
    seen: list[Any] = []
    monkeypatch.setattr(
        fresh, "_call", lambda provided, guards=(): seen.append((clock.now(), provided[ScheduledEvent].time))
    )
    scheduled = sample("scheduled_event")
    fresh(scheduled, LambdaContext())
    assert seen == [(clock.from_rfc3339(scheduled["time"]),) * 2]


def test_the_batch_sample_carries_the_bus_samples() -> None:
    for record in sample("sqs_bus_events")["Records"]:
        body = json.loads(record["body"])
        assert body == bus_sample(body["detail-type"])

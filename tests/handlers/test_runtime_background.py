"""Background functions: batches that fail in part, events applied once, jobs by their event's time."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel

from solo60 import aws, clock, correlation, queues, settings
from solo60.consumers import Consumer, consumer
from solo60.events import AlreadyApplied, Envelope, Event, OutboxItem, in_table_of, publish
from solo60.failures import FunctionFailed
from solo60.grants import Do, tables
from solo60.ids import new_id
from solo60.inbox import InboxMark
from solo60.jobs import Job, ScheduledEvent, job
from solo60.records import Key, batch_get
from solo60.transaction import Transaction
from solo60.unit_of_work import UnitOfWork, Work
from solo60.workers import Worker, worker
from tests.conftest import LambdaContext, bus_event, sqs_event
from tests.contracts.event_contracts import sample

pytestmark = pytest.mark.usefixtures("tables")


NESTED = "[" * 20_000
"""More than Python's own JSON parser has stack for."""


class LampLit(Event):
    """An event of these tests."""

    SOURCE: ClassVar[str] = "user"
    lamp: str


class LampBroken(Event):
    """Another one."""

    SOURCE: ClassVar[str] = "user"
    lamp: str


class Errand(BaseModel):
    """A message of a queue."""

    lamp: str


class Seen:
    """What the handlers were given."""

    def __init__(self) -> None:
        self.lamps: list[str] = []
        self.correlations: list[str] = []


seen = Seen()


def consume(envelope: Envelope[LampLit | LampBroken], uow: UnitOfWork) -> None:
    """Note a lamp, once."""

    def act(work: Work) -> None:
        if envelope.data.lamp == "faulty":
            raise RuntimeError("no light")

    uow.run(act)
    seen.lamps.append(envelope.data.lamp)
    seen.correlations.append(correlation.current())


def work(errand: Errand) -> None:
    """Note a lamp."""
    if errand.lamp == "faulty":
        raise RuntimeError("no light")
    seen.lamps.append(errand.lamp)
    seen.correlations.append(correlation.current())


def run(scheduled: ScheduledEvent) -> int:
    """Note the time."""
    seen.lamps.append(clock.to_rfc3339(clock.now()))
    assert scheduled.time == clock.now()
    return 7


def _in_user_service(declared: Any, name: str) -> Any:
    return type(declared)(replace(declared.declaration, module=f"user.{name}"))


CONSUMER: Consumer = _in_user_service(consumer(LampLit, LampBroken)(consume), "consumers.light")
SECOND_CONSUMER: Consumer = _in_user_service(consumer(LampLit)(consume), "consumers.heat")
WORKER: Worker = _in_user_service(worker("errands")(work), "workers.errand")
JOB: Job = _in_user_service(job("rate(1 hour)")(run), "jobs.scheduled")


@pytest.fixture(autouse=True)
def nothing_seen() -> None:
    seen.lamps.clear()
    seen.correlations.clear()


def _lit(lamp: str, event_id: str | None = None, name: str = "LampLit") -> dict[str, Any]:
    return bus_event("user", name, {"lamp": lamp}, event_id=event_id)


def _failures(answer: Any) -> list[str]:
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def _deliver(handler: Any, *bodies: Any) -> list[str]:
    return _failures(handler(sqs_event(*bodies), LambdaContext()))


# --- consumers ---


def test_each_record_of_a_batch_succeeds_or_fails_alone() -> None:
    assert _deliver(CONSUMER, _lit("a"), _lit("faulty"), _lit("b"), _lit("c", name="LampBroken")) == ["message-1"]
    assert seen.lamps == ["a", "b", "c"]


def test_a_batch_that_fails_as_a_whole_is_reported_record_by_record() -> None:
    assert _deliver(CONSUMER, _lit("faulty"), _lit("faulty")) == ["message-0", "message-1"]


@pytest.mark.parametrize(
    "poison",
    [
        "no json",
        "{}",
        {"detail-type": "LampLit"},
        {"detail-type": "LampLit", "detail": {}},
        bus_event("user", "LampLit", {}),
        bus_event("user", "NeverHeardOf", {"lamp": "a"}),
        pytest.param(NESTED, id="nested"),
        pytest.param('{"detail-type": "LampLit", "detail": ' + NESTED + "}", id="nested detail"),
    ],
)
def test_a_message_that_cannot_be_read_goes_to_the_dead_letters_and_holds_up_no_other(poison: Any) -> None:
    assert _deliver(CONSUMER, poison, _lit("a")) == ["message-0"]
    assert seen.lamps == ["a"]


def test_an_event_that_comes_twice_is_applied_once() -> None:
    event = _lit("a", event_id=new_id())
    assert _deliver(CONSUMER, event, event) == []
    assert _deliver(CONSUMER, event) == []
    assert seen.lamps == ["a"]


def test_a_record_that_failed_is_not_taken_for_applied() -> None:
    event_id = new_id()
    assert _deliver(CONSUMER, _lit("faulty", event_id)) == ["message-0"]
    assert _deliver(CONSUMER, _lit("mended", event_id)) == []
    assert seen.lamps == ["mended"]


def test_a_consumer_that_deduplicates_without_a_unit_of_work_is_refused() -> None:
    forgotten = _in_user_service(consumer(LampLit)(lambda: None), "consumers.forgotten")
    with pytest.raises(TypeError, match="takes no UnitOfWork"):
        _ = forgotten.grants
    repeatable = _in_user_service(consumer(LampLit, deduplicates=False)(lambda: None), "consumers.repeatable")
    assert repeatable.grants == ()


def test_each_consumer_has_marks_of_its_own() -> None:
    event = _lit("a", event_id=new_id())
    _deliver(CONSUMER, event)
    _deliver(SECOND_CONSUMER, event)
    assert seen.lamps == ["a", "a"]


def test_a_mark_is_kept_for_30_days() -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    with clock.at(now):
        _deliver(CONSUMER, _lit("a"))
    items = aws.client("dynamodb").scan(TableName=settings.table_name("user"))["Items"]
    assert [int(item["ttl"]["N"]) - clock.epoch_seconds(now) for item in items] == [30 * 24 * 3600]


def test_the_events_correlation_id_is_followed_and_left_again() -> None:
    first, second = _lit("a"), _lit("b")
    second["detail"]["correlation_id"] = "another"
    with correlation.following("outside"):
        _deliver(CONSUMER, first, second)
        assert correlation.current() == "outside"
    assert seen.correlations == ["test-correlation", "another"]


def test_a_consumer_needs_to_put_its_marks() -> None:
    assert Do.PUT in tables(CONSUMER.grants)["user"].actions


def test_members_that_a_consumer_does_not_know_are_ignored() -> None:
    event = _lit("a")
    event["detail"]["data"]["brightness"] = 9
    event["detail"]["traceparent"] = "00"
    assert _deliver(CONSUMER, event) == []


# --- workers ---


def test_a_worker_reads_its_message_and_follows_its_correlation_id() -> None:
    batch = sqs_event({"lamp": "a"}, {"lamp": "b"})
    batch["Records"][0]["messageAttributes"] = {
        "correlation_id": {
            "stringValue": "app:44",
            "dataType": "String",
            "binaryListValues": [],
            "stringListValues": [],
        }
    }
    assert _failures(WORKER(batch, LambdaContext())) == []
    assert seen.lamps == ["a", "b"]
    assert seen.correlations[0] == "app:44"
    assert seen.correlations[1] not in {"app:44", ""}


def test_a_worker_fails_record_by_record() -> None:
    failed = _deliver(WORKER, {"lamp": "faulty"}, {"lamp": "a"}, "{", {}, NESTED, f'{{"lamp": {NESTED}}}')
    assert failed == ["message-0", "message-2", "message-3", "message-4", "message-5"]
    assert seen.lamps == ["a"]


def test_a_message_is_sent_with_the_correlation_id_of_the_work_in_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    url = aws.client("sqs").create_queue(QueueName="errands")["QueueUrl"]
    monkeypatch.setenv(settings.queue_variable("errands"), url)
    with correlation.following("app:45"):
        queues.send("errands", Errand(lamp="a"))
    (message,) = aws.client("sqs").receive_message(QueueUrl=url, MessageAttributeNames=["All"])["Messages"]
    assert json.loads(message["Body"]) == {"lamp": "a"}
    assert message["MessageAttributes"]["correlation_id"]["StringValue"] == "app:45"


# --- jobs ---


def test_a_job_works_by_the_time_of_its_event_and_not_by_the_clock_on_the_wall() -> None:
    scheduled = sample("scheduled_event")
    assert JOB(scheduled, LambdaContext()) == {"done": 7}
    assert seen.lamps == [scheduled["time"]]


def test_a_job_without_a_time_fails_loudly() -> None:
    with pytest.raises(FunctionFailed, match="time missing"):
        JOB({}, LambdaContext())
    with pytest.raises(FunctionFailed, match="time datetime_from_date_parsing"):
        JOB({"time": "soon"}, LambdaContext())


# --- the outbox ---


def test_an_event_leaves_if_and_only_if_its_transaction_commits() -> None:
    outbox = in_table_of("user", OutboxItem)

    def stored(event_id: str) -> OutboxItem | None:
        key = Key(outbox, f"OUTBOX#{event_id}", "EVENT")
        return batch_get(key)[key]

    transaction = Transaction()
    event_id = publish(transaction, LampLit(lamp="a"))
    assert stored(event_id) is None
    failing = Transaction()
    lost = publish(failing, LampLit(lamp="b"))
    InboxMark("user", "c", "e").add_to(failing)
    applied = Transaction()
    InboxMark("user", "c", "e").add_to(applied)
    applied.commit()
    with pytest.raises(AlreadyApplied):
        failing.commit()
    assert stored(lost) is None
    transaction.commit()
    item = stored(event_id)
    assert item is not None
    assert (item.source, item.detail_type, item.kind) == ("solo60.user", "LampLit", "outbox")
    assert json.loads(item.detail)["data"] == {"lamp": "a"}
    item.delete()

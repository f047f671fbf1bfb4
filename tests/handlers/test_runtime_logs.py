"""What is logged of a message that cannot be handled: fields and kinds of faults, never its values."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra_cdk.catalogue import services
from infra_cdk.event_contracts import SAMPLES
from solo60 import consumers, jobs, observability, settings
from solo60.consumers import Consumer
from solo60.events import Envelope, Event
from solo60.failures import FunctionFailed
from solo60.jobs import Job, ScheduledEvent
from solo60.problems import Problem
from solo60.relay import Relay
from solo60.workers import Worker
from tests.conftest import LambdaContext, bus_event, sqs_event
from tests.contracts.event_contracts import bus_sample, queue_sample, sample

CODE = "493817"
"""A one-time code: it is in every message here and may be in no line of the log."""

CONSUMERS = [consumer for service in services() for consumer in service.consumers]
WORKERS = [worker for service in services() for worker in service.workers]

Output = Callable[[], str]


@pytest.fixture
def output(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tables: None) -> Iterator[Output]:
    """Everything that is logged: the lines of our own logger, and those of every library at its most talkative."""
    written = io.StringIO()
    for handler in observability.logger().handlers:
        if isinstance(handler, logging.StreamHandler):
            monkeypatch.setattr(handler, "stream", written)
    with caplog.at_level(logging.DEBUG):
        yield lambda: written.getvalue() + caplog.text + str([vars(record) for record in caplog.records])


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from _paths(inner, (*path, key))


def _with(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    copy = json.loads(json.dumps(value))
    inner = copy
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = new
    return copy


def _named(declared: Consumer | Worker) -> str:
    return declared.declaration.module


def _events(consumer: Consumer) -> list[type[Event]]:
    return list(consumer.declaration.events)


@pytest.mark.parametrize(
    ("consumer", "event"),
    [(consumer, event) for consumer in CONSUMERS for event in _events(consumer)],
    ids=lambda item: _named(item) if isinstance(item, Consumer) else item.__name__,
)
def test_no_consumer_logs_the_values_of_an_event_that_it_cannot_read(
    consumer: Consumer, event: type[Event], output: Output
) -> None:
    message = bus_sample(event.detail_type())
    bad = [_with(message, ("detail", *path), [[CODE]]) for path in _paths(message["detail"])]
    bad += [CODE, f'{{"{CODE}": ', {**message, "detail-type": CODE}, {"detail": CODE}]
    answer = consumer(sqs_event(*bad), LambdaContext())
    assert answer["batchItemFailures"]
    assert "ValidationError" in output()
    assert CODE not in output()


@pytest.mark.parametrize("worker", WORKERS, ids=_named)
def test_no_worker_logs_the_values_of_a_message_that_it_cannot_read(worker: Worker, output: Output) -> None:
    message = json.loads(queue_sample(worker.declaration.queue)["Records"][0]["body"])
    bad = [_with(message, path, [[CODE]]) for path in _paths(message)]
    bad += [CODE, f'{{"{CODE}": ', {CODE: CODE}, [CODE]]
    answer = worker(sqs_event(*bad), LambdaContext())
    assert answer["batchItemFailures"]
    assert "ValidationError" in output()
    assert CODE not in output()


def test_every_event_and_every_queue_has_a_sample_for_these_tests() -> None:
    assert CONSUMERS
    for worker in WORKERS:
        assert queue_sample(worker.declaration.queue)["Records"]
    for consumer in CONSUMERS:
        for event in _events(consumer):
            assert (SAMPLES / "bus" / f"{event.detail_type()}.v{event.VERSION}.json").exists()


# --- whatever a handler raises ---


NOTHING: dict[str, str] = {}


class CodeIssued(Event):
    """An event of these tests."""

    SOURCE = "user"
    code: str


class Refused(Problem):
    """A refusal that quotes what it refuses."""

    code = "refused"


def _error(operation: str, code: str, message: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


def _from_another() -> None:
    try:
        int(f"code {CODE}")
    except ValueError as error:
        raise KeyError(CODE) from error


def _while_handling() -> None:
    try:
        json.loads(f'"{CODE}')
    except ValueError:
        NOTHING[CODE]


def _raise(error: Exception) -> Callable[[], None]:
    def act() -> None:
        raise error

    return act


FAILURES: dict[str, tuple[Callable[[], Any], str]] = {
    "value": (lambda: int(CODE + "x"), "ValueError"),
    "key": (lambda: NOTHING[CODE], "KeyError"),
    "decoding": ((CODE.encode() + b"\xff").decode, "UnicodeDecodeError"),
    "validation": (lambda: CodeIssued.model_validate({"code": [CODE]}), "CodeIssued: code string_type"),
    "a part": (lambda: Envelope[CodeIssued].model_validate({"data": {"code": {CODE: CODE}}}), "data.code string_type"),
    "a refusal": (_raise(Refused(f"{CODE} is wrong")), "Refused: refused"),
    "AWS": (_raise(_error("SendEmail", "MessageRejected", f"not verified: {CODE}")), "SendEmail MessageRejected"),
    "a cause": (_from_another, "direct cause"),
    "a context": (_while_handling, "During handling"),
    "any other": (_raise(Exception(CODE)), "Exception"),
}


@pytest.mark.parametrize(("fail", "said"), FAILURES.values(), ids=FAILURES)
def test_no_text_of_an_exception_is_logged_that_quotes_its_input(
    fail: Callable[[], Any], said: str, output: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    def consume(envelope: Envelope[CodeIssued]) -> None:
        """Fail."""
        fail()

    def run(event: ScheduledEvent) -> int:
        """Fail."""
        fail()
        return 0

    # The annotations are of this function's own, where the runtime does not look for them.
    consume.__annotations__ = {"envelope": Envelope[CodeIssued]}
    run.__annotations__ = {"event": ScheduledEvent}
    consumer = Consumer(
        replace(consumers.consumer(CodeIssued, deduplicates=False)(consume).declaration, module="user.consumers.probe")
    )
    job = Job(replace(jobs.job("rate(1 hour)")(run).declaration, module="user.jobs.probe"))
    answer = consumer(sqs_event(bus_event("user", "CodeIssued", {"code": CODE})), LambdaContext())
    assert len(answer["batchItemFailures"]) == 1
    with pytest.raises(FunctionFailed) as failed:
        job(sample("scheduled_event"), LambdaContext())
    monkeypatch.setenv(settings.EVENT_BUS, "bus")
    assert said in output()
    assert CODE not in output()
    # Lambda logs what leaves a function by itself, and puts it into the dead letter.
    assert CODE not in str(failed.value)
    assert failed.value.__cause__ is None
    assert failed.value.__suppress_context__


def test_the_log_says_where_it_failed_and_in_what_order(output: Output) -> None:
    with pytest.raises(KeyError) as caught:
        _from_another()
    observability.log_failure("probe", caught.value, purchase_id="p1")
    (line,) = [json.loads(text) for text in output().splitlines() if text.startswith('{"level"')]
    assert (line["level"], line["message"], line["purchase_id"]) == ("ERROR", "probe", "p1")
    assert line["exception_name"] == "KeyError"
    assert (
        line["exception"].index("ValueError")
        < line["exception"].index("direct cause")
        < line["exception"].index("KeyError")
    )
    assert "test_runtime_logs.py" in line["exception"]
    assert "_from_another" in line["exception"]
    assert line["location"].startswith("test_the_log_says_where_it_failed")


def test_which_right_is_missing_is_logged(output: Output) -> None:
    said = "User x is not authorized to perform: dynamodb:PutItem on resource: table/t"
    observability.log_failure("probe", _error("PutItem", "AccessDeniedException", said))
    assert f"ClientError: PutItem AccessDeniedException: {said}" in output()


class Quoting:
    """EventBridge and SQS, which refuse with an error that quotes what they were given."""

    def put_events(self, **asked: Any) -> None:
        raise ValueError(asked)

    def send_message(self, **asked: Any) -> None:
        raise ValueError(asked)


@pytest.mark.parametrize("detail", [[CODE], f'{{"code": "{CODE}"}}'], ids=["cannot be read", "cannot be published"])
def test_the_relay_logs_no_event(output: Output, monkeypatch: pytest.MonkeyPatch, detail: Any) -> None:
    monkeypatch.setenv(settings.EVENT_BUS, "bus")
    monkeypatch.setenv(settings.queue_variable("user-relay-dead"), "https://queue/dead")
    monkeypatch.setattr("solo60.relay.aws", SimpleNamespace(client=lambda service: Quoting()))
    batch = sample("dynamodb_stream_outbox")
    batch["Records"][0]["dynamodb"]["NewImage"]["detail"] = {"S": detail}
    with pytest.raises(FunctionFailed, match="ValueError") as failed:
        Relay("user")(batch, LambdaContext())
    logged = output()
    assert "batch not published" in logged
    assert CODE not in logged + str(failed.value)

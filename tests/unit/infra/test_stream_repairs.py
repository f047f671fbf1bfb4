"""Streams of the local engine fail as those of AWS do: one record that cannot be processed holds up no other."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ministack.services import dynamodb, lambda_svc, sqs

from infra_cdk.local import stream_repairs
from infra_cdk.local.stream_repairs import Batch, Outcome, Retries, StreamPoller, outcome

NOW = 1_790_000_000.0
PARTIAL = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}
BISECT = {"BisectBatchOnFunctionError": True}
ERROR = {"error": True, "body": {"errorMessage": "failed"}}
THROTTLED = {"error": True, "throttle": True}


def records(count: int, age: float = 0) -> list[dict[str, Any]]:
    return [
        {"dynamodb": {"SequenceNumber": str(number), "ApproximateCreationDateTime": NOW - age}}
        for number in range(count)
    ]


def reported(*numbers: object) -> dict[str, Any]:
    return {"body": {"batchItemFailures": [{"itemIdentifier": number} for number in numbers]}}


def follow(
    mapping: dict[str, Any], result: dict[str, Any], *, count: int = 4, sent: slice = slice(None), **rest: Any
) -> Outcome:
    batch = records(count, age=rest.pop("age", 0))
    return outcome(mapping, Batch(batch, batch[sent]), result, rest.pop("retries", Retries()), NOW)


@pytest.mark.parametrize("result", [{"body": None}, {"body": "x"}, {"body": {}}, {"body": {"batchItemFailures": None}}])
def test_an_answer_without_a_report_is_success(result: dict[str, Any]) -> None:
    assert follow(PARTIAL, result) == Outcome(done=4)


def test_a_report_that_the_mapping_does_not_ask_for_is_not_read() -> None:
    assert follow({}, reported("2")) == Outcome(done=4)


def test_it_goes_on_from_the_first_record_that_is_reported() -> None:
    assert follow(PARTIAL, reported("3", "2")) == Outcome(done=2)


def test_records_that_the_filters_leave_out_are_done_with_those_before_them() -> None:
    assert follow(PARTIAL, reported("3"), sent=slice(1, None, 2)) == Outcome(done=3)


@pytest.mark.parametrize("identifier", ["", None, "17"])
def test_a_report_of_no_record_of_the_batch_is_a_failure_of_all(identifier: object) -> None:
    assert follow(PARTIAL, reported("2", identifier)).done == 0


@pytest.mark.parametrize("result", [ERROR, reported("0")])
def test_a_batch_that_fails_is_tried_again_as_it_is(result: dict[str, Any]) -> None:
    first = follow(PARTIAL, result)
    assert first == Outcome(done=0, retries=Retries(1, 4), pause=True)
    assert follow(PARTIAL, result, retries=first.retries).retries == Retries(2, 4)


@pytest.mark.parametrize("result", [ERROR, reported("0")])
def test_a_batch_is_halved_without_counting_as_a_retry(result: dict[str, Any]) -> None:
    halved = follow({**PARTIAL, **BISECT, "MaximumRetryAttempts": 0}, result)
    assert halved == Outcome(done=0, retries=Retries(0, 2))


def test_what_is_halved_are_the_records_that_were_sent() -> None:
    halved = follow(BISECT, ERROR, count=9, sent=slice(6, 9, 2))
    assert halved.retries.most_records == 8


def test_after_the_last_retry_the_batch_is_discarded() -> None:
    mapping = {**BISECT, "MaximumRetryAttempts": 2}
    assert follow(mapping, ERROR, count=1, retries=Retries(1, 1)).discarded is None
    assert follow(mapping, ERROR, count=1, retries=Retries(2, 1)) == Outcome(done=1, discarded="RetryAttemptsExhausted")


@pytest.mark.parametrize("mapping", [{}, {"MaximumRetryAttempts": -1}])
def test_without_a_limit_it_is_tried_for_ever(mapping: dict[str, Any]) -> None:
    assert follow(mapping, ERROR, count=1, retries=Retries(1_000_000, 1)).discarded is None


def test_a_record_that_is_too_old_is_discarded() -> None:
    assert follow({"MaximumRecordAgeInSeconds": 60}, ERROR, age=60).discarded is None
    assert follow({"MaximumRecordAgeInSeconds": 60}, ERROR, age=61) == Outcome(done=4, discarded="MaxRecordAgeExceeded")
    assert follow({"MaximumRecordAgeInSeconds": -1}, ERROR, age=1e6).discarded is None


def test_a_throttle_is_no_failure_of_the_batch() -> None:
    kept = Retries(3, 2)
    mapping = {**BISECT, "MaximumRetryAttempts": 0}
    assert follow(mapping, THROTTLED, retries=kept) == Outcome(done=0, retries=kept, pause=True)


class Engine:
    """MiniStack's Lambda and DynamoDB with tables, each with a stream, a function and a mapping; nothing is deployed.

    Attributes
    ----------
    invoked
        The numbers that functions were called with, batch by batch.
    fails
        Whether a call of a function with these numbers fails.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.invoked: list[list[int]] = []
        self.answer: Callable[[str, list[int]], dict[str, Any]] = lambda function, numbers: {"body": None}
        self._sequences: dict[str, str] = {}
        monkeypatch.setattr(lambda_svc, "_execute_function", self._execute)
        monkeypatch.setattr(stream_repairs, "PAUSE_SECONDS", 0.01)
        self.poller = StreamPoller(lambda_svc, dynamodb)
        self.dead = f"arn:aws:sqs:us-east-1:{lambda_svc.get_account_id()}:dead"
        sqs._act_create_queue({"QueueName": "dead"}, "")

    def _execute(self, function: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
        numbers = [int(record["dynamodb"]["NewImage"]["n"]["N"]) for record in event["Records"]]
        self.invoked.append(numbers)
        self._sequences.update(
            (str(number), record["dynamodb"]["SequenceNumber"])
            for number, record in zip(numbers, event["Records"], strict=True)
        )
        return self.answer(function["config"]["FunctionName"], numbers)

    def sequence(self, number: int) -> str:
        return self._sequences[str(number)]

    def map(self, name: str, **settings: Any) -> None:
        """A table, a function of the same name, a mapping."""
        account, region = lambda_svc.get_account_id(), lambda_svc.get_region()
        stream = f"arn:aws:dynamodb:{region}:{account}:table/{name}/stream/2026-01-01T00:00:00.000"
        dynamodb._tables[name] = {
            "TableArn": stream.partition("/stream")[0],
            "LatestStreamArn": stream,
            "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
            "pk_name": "n",
            "sk_name": None,
        }
        lambda_svc._functions[name] = {"config": {"FunctionName": name}}
        lambda_svc._esms[name] = {
            "UUID": name,
            "EventSourceArn": stream,
            "FunctionName": name,
            "BatchSize": 10,
            "DestinationConfig": {"OnFailure": {"Destination": self.dead}},
            **settings,
        }

    def write(self, name: str, *numbers: int, kind: str = "outbox") -> None:
        for number in numbers:
            image = {"n": {"N": str(number)}, "kind": {"S": kind}}
            dynamodb._emit_stream_event(name, "INSERT", None, image)

    def poll_until(self, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 20
        while not holds():
            assert time.monotonic() < deadline, self.invoked
            self.poller.poll()
            time.sleep(0.002)

    def read(self, name: str) -> int:
        """How far a mapping has read its stream."""
        position = lambda_svc._dynamodb_stream_positions.get(name, 0)
        assert isinstance(position, int)
        return position

    @property
    def discarded(self) -> list[dict[str, Any]]:
        queue = sqs._queue_by_arn(self.dead)
        return [json.loads(message["body"]) for message in queue["messages"]]


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """An empty engine; empty again afterwards."""
    stores = (
        lambda_svc._functions,
        lambda_svc._esms,
        lambda_svc._dynamodb_stream_positions,
        lambda_svc._esm_backoff_until,
        dynamodb._tables,
        dynamodb._stream_records,
        sqs._queues,
        sqs._queue_name_to_url,
    )
    yield Engine(monkeypatch)
    for store in stores:
        store._data.clear()


def test_records_are_handed_over_once_and_in_order(engine: Engine) -> None:
    engine.map("t", BatchSize=3)
    engine.write("t", *range(7))
    engine.poll_until(lambda: engine.read("t") == 7)
    assert engine.invoked == [[0, 1, 2], [3, 4, 5], [6]]


def test_what_the_filters_leave_out_is_passed_over(engine: Engine) -> None:
    pattern = {"dynamodb": {"NewImage": {"kind": {"S": ["outbox"]}}}}
    engine.map("t", BatchSize=2, FilterCriteria={"Filters": [{"Pattern": json.dumps(pattern)}]})
    engine.write("t", 0, 1, kind="session")
    engine.write("t", 2)
    engine.poll_until(lambda: engine.read("t") == 3)
    assert engine.invoked == [[2]]


@pytest.mark.parametrize("reports", [True, False])
def test_one_bad_record_goes_to_the_dead_letters_and_the_others_are_processed(engine: Engine, reports: bool) -> None:
    processed: list[int] = []

    def answer(function: str, numbers: list[int]) -> dict[str, Any]:
        if 5 not in numbers:
            processed.extend(numbers)
            return {"body": {"batchItemFailures": []}}
        if not reports:
            return ERROR
        processed.extend(numbers[: numbers.index(5)])
        return reported(engine.sequence(5))

    engine.answer = answer
    engine.map("t", **PARTIAL, **BISECT, MaximumRetryAttempts=2)
    engine.write("t", *range(12))
    engine.poll_until(lambda: engine.read("t") == 12)
    assert processed == [0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11]
    assert engine.invoked.count([5]) == 3
    (left,) = engine.discarded
    assert left["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert left["DDBStreamBatchInfo"]["batchSize"] == 1
    assert left["DDBStreamBatchInfo"]["startSequenceNumber"] == engine.sequence(5)
    assert left["DDBStreamBatchInfo"]["endSequenceNumber"] == engine.sequence(5)


def test_a_failure_that_passes_loses_nothing(engine: Engine) -> None:
    answers: Iterator[dict[str, Any]] = iter([ERROR, THROTTLED, ERROR])
    engine.answer = lambda function, numbers: next(answers, {"body": None})
    engine.map("t", MaximumRetryAttempts=2)
    engine.write("t", 0, 1)
    engine.poll_until(lambda: engine.read("t") == 2)
    assert engine.invoked == [[0, 1]] * 4
    assert engine.discarded == []


def test_a_batch_in_work_holds_up_neither_other_streams_nor_the_thread_that_polls(engine: Engine) -> None:
    go_on, at_once = threading.Event(), []

    def answer(function: str, numbers: list[int]) -> dict[str, Any]:
        at_once.append(function)
        if function == "slow":
            assert go_on.wait(20)
        return {"body": None}

    engine.answer = answer
    engine.map("slow", BatchSize=1)
    engine.map("fast", BatchSize=1)
    engine.write("slow", 0, 1)
    engine.write("fast", 10, 11)
    engine.poll_until(lambda: engine.read("fast") == 2)
    # One batch at a time: the second record of the slow one waits for the first.
    assert at_once.count("slow") == 1
    go_on.set()
    engine.poll_until(lambda: engine.read("slow") == 2)

"""Lets MiniStack's DynamoDB streams fail as those of AWS do.

As published, a batch that fails is tried again for ever, whatever its mapping says, a partial answer counts as success,
and all streams and queues wait for the one function that runs. Here a mapping's batch runs in a thread of its own, one
at a time, and its failure is followed by what the mapping declares: on from the first record that is reported, a
smaller batch, and after the last retry the on-failure destination.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

Record = Mapping[str, Any]

PAUSE_SECONDS = 1.0
"""Before a retry."""
_PARTIAL = "ReportBatchItemFailures"
_EXHAUSTED = "RetryAttemptsExhausted"
_TOO_OLD = "MaxRecordAgeExceeded"

logger = logging.getLogger("lambda")


@dataclass(frozen=True)
class Batch:
    """Records of a stream.

    Attributes
    ----------
    read
        From the stream, in its order.
    sent
        Those of them that passed the mapping's filters.
    """

    read: Sequence[Record]
    sent: Sequence[Record]

    def place(self, number: int) -> int:
        """Where a record that was sent is among those that were read."""
        return next(place for place, record in enumerate(self.read) if record is self.sent[number])

    def oldest(self) -> float:
        """When the oldest record that was sent was written, in seconds since the epoch."""
        return min(float(record["dynamodb"]["ApproximateCreationDateTime"]) for record in self.sent)


@dataclass(frozen=True)
class Retries:
    """How far a mapping is with the batch that failed.

    Attributes
    ----------
    failures
        Of the batch as it is; a smaller one counts anew.
    most_records
        That the next batch may have; None for the mapping's own batch size.
    """

    failures: int = 0
    most_records: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What follows an invocation.

    Attributes
    ----------
    done
        Records of the batch that are not read again.
    discarded
        Why they go to the on-failure destination; None if they were processed.
    retries
        For the next batch.
    pause
        Whether to wait before it.
    """

    done: int
    retries: Retries = Retries()
    discarded: str | None = None
    pause: bool = False


def outcome(
    mapping: Mapping[str, Any], batch: Batch, result: Mapping[str, Any], retries: Retries, now: float
) -> Outcome:
    """What follows an invocation, by the rules of Lambda.

    Parameters
    ----------
    mapping
        The event source mapping as its API describes it.
    batch
        At least one record of it was sent.
    result
        What the invocation gave.
    now
        In seconds since the epoch.
    """
    if result.get("throttle"):
        return Outcome(done=0, retries=retries, pause=True)
    first_failed = 0 if result.get("error") else _first_failed(mapping, batch, result)
    if first_failed is None:
        return Outcome(done=len(batch.read))
    if first_failed:
        return Outcome(done=batch.place(first_failed))
    return _failure(mapping, batch, retries, now)


def _failure(mapping: Mapping[str, Any], batch: Batch, retries: Retries, now: float) -> Outcome:
    """What follows when the first record of a batch was not processed."""
    most_age = int(mapping.get("MaximumRecordAgeInSeconds") or -1)
    if 0 < most_age < now - batch.oldest():
        return Outcome(done=len(batch.read), discarded=_TOO_OLD)
    if mapping.get("BisectBatchOnFunctionError") and len(batch.sent) > 1:
        return Outcome(done=0, retries=Retries(most_records=batch.place(len(batch.sent) // 2)))
    failures = retries.failures + 1
    most_retries = mapping.get("MaximumRetryAttempts")
    if most_retries is not None and 0 <= int(most_retries) < failures:
        return Outcome(done=len(batch.read), discarded=_EXHAUSTED)
    return Outcome(done=0, retries=Retries(failures, len(batch.read)), pause=True)


def _first_failed(mapping: Mapping[str, Any], batch: Batch, result: Mapping[str, Any]) -> int | None:
    """The number, among those sent, of the first record that is reported; 0 if none is known, None without a report."""
    body = result.get("body")
    if _PARTIAL not in mapping.get("FunctionResponseTypes", ()) or not isinstance(body, Mapping):
        return None
    reported = [failure.get("itemIdentifier") for failure in body.get("batchItemFailures") or ()]
    numbers = {record["dynamodb"]["SequenceNumber"]: number for number, record in enumerate(batch.sent)}
    return min((numbers.get(identifier, 0) for identifier in reported), default=None)


class StreamPoller:
    """Takes the place of MiniStack's poller of DynamoDB streams.

    Parameters
    ----------
    lambda_svc, dynamodb
        MiniStack's services.
    """

    def __init__(self, lambda_svc: ModuleType, dynamodb: ModuleType) -> None:
        self._lambda = lambda_svc
        self._dynamodb = dynamodb
        self._retries: dict[str, Retries] = {}

    def poll(self) -> bool:
        """Start a batch of each mapping that has records and no batch in work; whether there was one."""
        service = self._lambda
        started = False
        for account, region, mapping in service._iter_all_esms():
            account_token = service._request_account_id.set(account)
            region_token = service._request_region.set(region)
            try:
                started = self._start(mapping) or started
            finally:
                service._request_account_id.reset(account_token)
                service._request_region.reset(region_token)
        return started

    def _start(self, mapping: dict[str, Any]) -> bool:
        service, dynamodb = self._lambda, self._dynamodb
        id, stream = mapping["UUID"], mapping["EventSourceArn"]
        if not mapping.get("Enabled", True) or ":dynamodb:" not in stream or service._esm_inflight.get(id):
            return False
        if service._esm_backoff_until.get(id, 0) > time.time():
            return False
        function, _ = service._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
        name, _ = service._dynamodb_stream_table_from_arn_spec(service.parse_arn(stream))
        table = dynamodb._tables.get(name)
        if function is None or not table or table.get("LatestStreamArn") != stream:
            return False
        with service._dynamodb_stream_positions_lock:
            # What has expired since is gone. A kept state has no position, nor a stream: it begins at its start.
            position = max(service._dynamodb_stream_positions.get(id, 0), dynamodb.stream_start_position(name))
        retries = self._retries.get(id, Retries())
        read = dynamodb.stream_records_since(name, position, retries.most_records or mapping.get("BatchSize", 100))
        if not read:
            return False
        batch = Batch(read, service._apply_filter_criteria(read, mapping))
        if batch.sent:
            service._dispatch_esm_batch(id, self._run, mapping, function, position, batch)
        else:
            self._advance(id, position + len(read))
        return True

    def _run(self, mapping: dict[str, Any], function: dict[str, Any], position: int, batch: Batch) -> None:
        service, id = self._lambda, mapping["UUID"]
        result = service._execute_function(function, {"Records": batch.sent})
        following = outcome(mapping, batch, result, self._retries.get(id, Retries()), time.time())
        if following.discarded:
            service._send_ddb_stream_failure_record(
                mapping, function, batch.sent, mapping["EventSourceArn"], result, following.discarded
            )
        self._retries[id] = following.retries
        if following.pause:
            service._esm_backoff_until[id] = time.time() + PAUSE_SECONDS
        self._advance(id, position + following.done)
        failed = following.discarded or following.done < len(batch.read)
        mapping["LastProcessingResult"] = "FAILED" if failed else f"OK - {len(batch.sent)} records"
        if failed:
            logger.warning(
                "%s failed with %d records from %s, %s: %s",
                mapping["FunctionName"],
                len(batch.sent),
                mapping["EventSourceArn"],
                following,
                result.get("body"),
            )

    def _advance(self, id: str, position: int) -> None:
        with self._lambda._dynamodb_stream_positions_lock:
            self._lambda._dynamodb_stream_positions[id] = position


def repair_streams(lambda_svc: Any, dynamodb: ModuleType) -> None:
    """Put the poller into MiniStack's Lambda, before it polls."""
    lambda_svc._poll_dynamodb_streams = StreamPoller(lambda_svc, dynamodb).poll

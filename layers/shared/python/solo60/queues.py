"""The handler runtime of consumers, workers and jobs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, get_type_hints

from pydantic import BaseModel, Field

from solo60 import aws, clock, correlation, observability, settings
from solo60.declarations import Function, Provided
from solo60.events import AlreadyApplied, Envelope, Event, InboxMarkItem, inbox_mark_key, put_inbox_mark
from solo60.failures import FunctionFailed
from solo60.grants import Do, Grant, TableGrant
from solo60.http.parameters import collaborator
from solo60.models import Model
from solo60.problems import ServiceUnavailable
from solo60.records import Found, Key
from solo60.retry import deadline_in, deadline_within
from solo60.transaction import Transaction
from solo60.unit_of_work import Guard, UnitOfWork

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

CORRELATION_ATTRIBUTE = "correlation_id"
MAX_CONCURRENCY = 2
"""Of one queue, unless it declares another: queues wait so that the API does not. They share the account's concurrency,
which begins at 10."""
BATCH_SIZE = 10
"""Messages that SQS takes in one call."""
BATCH_ATTEMPTS = 3


@dataclass(frozen=True)
class ConsumerDeclaration(Function):
    """The declaration of a consumer: handles events of the bus, through its own queue."""

    events: tuple[Any, ...] = ()
    batch_size: int = 10
    max_concurrency: int = MAX_CONCURRENCY
    deduplicates: bool = True
    """Whether its unit of work keeps an inbox mark, so that an event is applied once."""


@dataclass(frozen=True)
class WorkerDeclaration(Function):
    """The declaration of a worker: handles messages of one of its domain's queues."""

    queue: str = ""
    batch_size: int = 10
    max_concurrency: int = MAX_CONCURRENCY


@dataclass(frozen=True)
class JobDeclaration(Function):
    """The declaration of a job: runs on a schedule, with the clock at the time of its event."""

    schedule: str = "rate(5 minutes)"


class InboxMark:
    """The record that this consumer has applied this event: deduplicates repeated deliveries.

    It is read with the first read of the unit of work, and committed with what the consumer writes.
    """

    lasting = True

    def __init__(self, domain: str, consumer: str, event_id: str) -> None:
        self._domain, self._consumer, self.event_id = domain, consumer, event_id
        self._key = inbox_mark_key(domain, consumer, event_id)

    def keys_to_read(self) -> Sequence[Key[InboxMarkItem]]:
        """The mark."""
        return (self._key,)

    def judge(self, found: Found) -> None:
        """Let an event pass that was not applied.

        Raises
        ------
        AlreadyApplied
            This consumer has applied this event.
        """
        if found[self._key] is not None:
            raise AlreadyApplied

    def add_to(self, transaction: Transaction) -> None:
        """Add this consumer's mark for this event to `transaction`."""
        put_inbox_mark(transaction, domain=self._domain, consumer=self._consumer, event_id=self.event_id)


class _Handler:
    """The common part of consumers, workers and jobs: collaborators by annotation."""

    declaration: Function
    _context: LambdaContext | None = None

    def _deadline(self) -> float:
        if self._context is None:
            return deadline_in(self.declaration.timeout_seconds)
        return deadline_within(self._context.get_remaining_time_in_millis())

    @cached_property
    def _hints(self) -> dict[str, Any]:
        hints = get_type_hints(self.declaration.function)
        hints.pop("return", None)
        return hints

    def _call(self, provided: dict[type[Any], Any], guards: Sequence[Guard] = ()) -> Any:
        values: dict[str, Any] = {}
        for name, kind in self._hints.items():
            origin = getattr(kind, "__pydantic_generic_metadata__", {}).get("origin") or kind
            if origin is UnitOfWork:
                values[name] = UnitOfWork(guards, deadline=self._deadline())
                continue
            values[name] = provided[origin] if origin in provided else collaborator(kind)
        return self.declaration.function(**values)

    @property
    def grants(self) -> tuple[Grant, ...]:
        """What the function may use: the handler's grants, and those of the runtime around it."""
        return self.declaration.grants


class _Batch(_Handler, ABC):
    """Handles an SQS batch. Each record succeeds or fails separately."""

    def __call__(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Handle a batch, and report the records that failed."""
        # At the start of functions that only send messages it would take a seventh of the time.
        from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

        self._context = context
        processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
        try:
            return dict(
                process_partial_response(event=event, record_handler=self._record, processor=processor, context=context)
            )
        finally:
            observability.flush()
            observability.unbind()

    def _record(self, record: Any) -> None:
        try:
            self._handle(record)
        except AlreadyApplied:
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, this record alone fails
            observability.log_failure(
                "record failed",
                error,
                message_id=record.message_id,
                receives=record.attributes.approximate_receive_count,
            )
            raise FunctionFailed(error) from None

    @abstractmethod
    def _handle(self, record: Any) -> None:
        """Handle one record."""


class BusMessage(Model):
    """An event as the bus puts it on a consumer's queue."""

    detail_type: str = Field(alias="detail-type")
    detail: Envelope[Any]


class Consumer(_Batch):
    """A declared consumer of the bus, callable as a Lambda handler."""

    def __init__(self, declaration: ConsumerDeclaration) -> None:
        self.declaration: ConsumerDeclaration = declaration

    @property
    def grants(self) -> tuple[Grant, ...]:
        """The declared grants, and the one to put inbox marks."""
        if not self.declaration.deduplicates:
            return self.declaration.grants
        marked = {Do.PUT, Do.BATCH_GET} if UnitOfWork in self._hints.values() else {Do.PUT}
        return (*self.declaration.grants, TableGrant(self.declaration.domain, marked))

    def _handle(self, record: Any) -> None:
        message = BusMessage.model_validate_json(record.body)
        by_name: dict[str, type[Event]] = {event.detail_type(): event for event in self.declaration.events}
        data = by_name[message.detail_type].model_validate(message.detail.data)
        envelope = message.detail.model_copy(update={"data": data})
        with correlation.following(envelope.correlation_id) as correlation_id:
            observability.bind(correlation_id=correlation_id, event_id=envelope.event_id)
            mark = InboxMark(self.declaration.domain, self.declaration.name, envelope.event_id)
            guards = (mark,) if self.declaration.deduplicates else ()
            self._call({Envelope: envelope, InboxMark: mark}, guards)


class Worker(_Batch):
    """A declared worker on one of its domain's queues, callable as a Lambda handler."""

    def __init__(self, declaration: WorkerDeclaration) -> None:
        self.declaration: WorkerDeclaration = declaration

    def _handle(self, record: Any) -> None:
        attribute = record.raw_event.get("messageAttributes", {}).get(CORRELATION_ATTRIBUTE, {})
        with correlation.following(attribute.get("stringValue")) as correlation_id:
            observability.bind(correlation_id=correlation_id)
            kind = next(kind for kind in self._hints.values() if _is_model(kind))
            self._call({kind: kind.model_validate_json(record.body)})


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


class Deadline(Provided):
    """Until when a job may begin more work, on the monotonic clock."""

    def __init__(self, at: float) -> None:
        self.at = at


class ScheduledEvent(Model):
    """The event that starts a job. `time` is the scheduled time, not the time at which the function runs."""

    time: datetime


class Job(_Handler):
    """A declared job, callable as a Lambda handler. It runs with the clock at the time of its event."""

    def __init__(self, declaration: JobDeclaration) -> None:
        self.declaration: JobDeclaration = declaration

    def __call__(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Run once for the scheduled time in `event`.

        Raises
        ------
        FunctionFailed
            The run failed: Lambda tries it again.
        """
        self._context = context
        with correlation.following(event.get("id")) as correlation_id:
            observability.bind(correlation_id=correlation_id, job=self.declaration.name)
            try:
                scheduled = ScheduledEvent.model_validate(event)
                with clock.at(scheduled.time):
                    return {"done": self._call({ScheduledEvent: scheduled, Deadline: Deadline(self._deadline())})}
            except Exception as error:  # noqa: BLE001 - whatever it is, its text stays out of Lambda's own log
                observability.log_failure("job failed", error)
                raise FunctionFailed(error) from None
            finally:
                observability.flush()
                observability.unbind()


def send(queue: str, message: BaseModel) -> None:
    """Send a message to one of the domain's queues, with the current correlation id."""
    aws.client("sqs").send_message(
        QueueUrl=settings.queue_url(queue),
        MessageBody=message.model_dump_json(),
        MessageAttributes={CORRELATION_ATTRIBUTE: {"DataType": "String", "StringValue": correlation.current()}},
    )


def send_batch(queue: str, messages: Sequence[BaseModel]) -> None:
    """Send up to `BATCH_SIZE` messages to one of the domain's queues in one call, with the current correlation id.

    Raises
    ------
    ServiceUnavailable
        Some were refused, three times.
    """
    attribute = {CORRELATION_ATTRIBUTE: {"DataType": "String", "StringValue": correlation.current()}}
    left = [
        {"Id": str(number), "MessageBody": message.model_dump_json(), "MessageAttributes": attribute}
        for number, message in enumerate(messages)
    ]
    for _ in range(BATCH_ATTEMPTS):
        answer = aws.client("sqs").send_message_batch(QueueUrl=settings.queue_url(queue), Entries=left)
        refused = {failure["Id"] for failure in answer.get("Failed", ())}
        left = [entry for entry in left if entry["Id"] in refused]
        if not left:
            return
    raise ServiceUnavailable


def consumer(
    *events: type[Event],
    grants: tuple[Grant, ...] = (),
    timeout_seconds: int = 30,
    memory_mb: int = 512,
    batch_size: int = 10,
    max_concurrency: int = MAX_CONCURRENCY,
    deduplicates: bool = True,
) -> Callable[[Callable[..., Any]], Consumer]:
    """Decorator that declares a consumer of `events`, with its own queue.

    Parameters
    ----------
    deduplicates
        False where the use case recognises what it has done by itself, or commits several transactions an event.
    batch_size
        Events per invocation; 1 if an event may take long.
    max_concurrency
        Batches that are worked off at the same time, 2 to 1,000.
    """

    def declare(function: Callable[..., Any]) -> Consumer:
        return Consumer(
            ConsumerDeclaration(
                module=function.__module__,
                function=function,
                grants=grants,
                timeout_seconds=timeout_seconds,
                memory_mb=memory_mb,
                events=events,
                batch_size=batch_size,
                max_concurrency=max_concurrency,
                deduplicates=deduplicates,
            )
        )

    return declare


def worker(
    queue: str,
    *,
    grants: tuple[Grant, ...] = (),
    timeout_seconds: int = 30,
    memory_mb: int = 512,
    max_concurrency: int = MAX_CONCURRENCY,
) -> Callable[[Callable[..., Any]], Worker]:
    """Decorator that declares a worker on one of its domain's queues.

    Parameters
    ----------
    max_concurrency
        Batches that are worked off at the same time, 2 to 1,000.
    """

    def declare(function: Callable[..., Any]) -> Worker:
        return Worker(
            WorkerDeclaration(
                module=function.__module__,
                function=function,
                grants=grants,
                timeout_seconds=timeout_seconds,
                memory_mb=memory_mb,
                queue=queue,
                max_concurrency=max_concurrency,
            )
        )

    return declare


def job(
    schedule: str, *, grants: tuple[Grant, ...] = (), timeout_seconds: int = 60, memory_mb: int = 512
) -> Callable[[Callable[..., Any]], Job]:
    """Decorator that declares a job on `schedule`, an EventBridge expression such as `rate(5 minutes)`."""

    def declare(function: Callable[..., Any]) -> Job:
        return Job(
            JobDeclaration(
                module=function.__module__,
                function=function,
                grants=grants,
                timeout_seconds=timeout_seconds,
                memory_mb=memory_mb,
                schedule=schedule,
            )
        )

    return declare

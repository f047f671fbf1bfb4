"""The handler runtime of consumers: functions that apply events of the bus, each event once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from solo60 import correlation, observability
from solo60.background import MAX_CONCURRENCY, BatchFunction
from solo60.declarations import Function
from solo60.events import Envelope, Event
from solo60.grants import Do, Grant, TableGrant
from solo60.inbox import InboxMark
from solo60.models import Model
from solo60.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class ConsumerDeclaration(Function):
    """The declaration of a consumer: handles events of the bus, through its own queue."""

    events: tuple[Any, ...] = ()
    batch_size: int = 10
    max_concurrency: int = MAX_CONCURRENCY
    deduplicates: bool = True
    """Whether its unit of work keeps an inbox mark, so that an event is applied once."""


class BusMessage(Model):
    """An event as the bus puts it on a consumer's queue."""

    detail_type: str = Field(alias="detail-type")
    detail: Envelope[Any]


class Consumer(BatchFunction):
    """A declared consumer of the bus, callable as a Lambda handler."""

    def __init__(self, declaration: ConsumerDeclaration) -> None:
        self.declaration: ConsumerDeclaration = declaration

    @property
    def grants(self) -> tuple[Grant, ...]:
        """The declared grants, and the one for inbox marks: put, and read with what the use case reads.

        Raises
        ------
        TypeError
            It deduplicates its events, and takes no unit of work to keep the mark.
        """
        if not self.declaration.deduplicates:
            return self.declaration.grants
        if UnitOfWork not in self._hints.values():
            raise TypeError(f"{self.declaration.module} deduplicates its events, and takes no UnitOfWork")
        marked = {Do.PUT, Do.BATCH_GET} if self.declaration.reads_in_batches else {Do.PUT}
        return (*self.declaration.grants, TableGrant(self.declaration.domain, marked))

    def _handle(self, record: Any) -> None:
        message = BusMessage.model_validate_json(record.body)
        by_name: dict[str, type[Event]] = {event.detail_type(): event for event in self.declaration.events}
        data = by_name[message.detail_type].model_validate(message.detail.data)
        envelope = message.detail.model_copy(update={"data": data})
        with correlation.following(envelope.correlation_id) as correlation_id:
            observability.bind(correlation_id=correlation_id, event_id=envelope.event_id)
            mark = InboxMark(self.declaration.domain, self.declaration.name, envelope.event_id)
            self._call({Envelope: envelope}, (mark,) if self.declaration.deduplicates else ())


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

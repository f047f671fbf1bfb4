"""The handler runtime of workers: functions that handle the messages of one of their domain's queues."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from solo60 import correlation, observability
from solo60.background import MAX_CONCURRENCY, BatchFunction, Deadline
from solo60.declarations import Function
from solo60.grants import Grant
from solo60.queues import CORRELATION_ATTRIBUTE


@dataclass(frozen=True)
class WorkerDeclaration(Function):
    """The declaration of a worker: handles messages of one of its domain's queues."""

    queue: str = ""
    batch_size: int = 10
    max_concurrency: int = MAX_CONCURRENCY


class Worker(BatchFunction):
    """A declared worker on one of its domain's queues, callable as a Lambda handler."""

    def __init__(self, declaration: WorkerDeclaration) -> None:
        self.declaration: WorkerDeclaration = declaration

    def _handle(self, record: Any) -> None:
        attribute = record.raw_event.get("messageAttributes", {}).get(CORRELATION_ATTRIBUTE, {})
        with correlation.following(attribute.get("stringValue")) as correlation_id:
            observability.bind(correlation_id=correlation_id)
            kind = next(kind for kind in self._hints.values() if _is_model(kind))
            self._call({kind: kind.model_validate_json(record.body), Deadline: Deadline(self._deadline())})


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


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

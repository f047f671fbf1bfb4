"""What consumers, workers and jobs have in common: functions that no caller waits for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, get_type_hints

from solo60 import observability
from solo60.collaborators import collaborator
from solo60.declarations import Function, Provided
from solo60.events import AlreadyApplied
from solo60.failures import FunctionFailed
from solo60.grants import Grant
from solo60.retry import deadline_in, deadline_within
from solo60.unit_of_work import Guard, UnitOfWork

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

MAX_CONCURRENCY = 2
"""Of one queue, unless it declares another: queues wait so that the API does not. They share the account's concurrency,
which begins at 10."""


class Deadline(Provided):
    """Until when a job or a worker may begin more work, on the monotonic clock."""

    def __init__(self, at: float) -> None:
        self.at = at


class BackgroundFunction:
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


class BatchFunction(BackgroundFunction, ABC):
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

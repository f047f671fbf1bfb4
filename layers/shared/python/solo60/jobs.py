"""The handler runtime of jobs: functions that run on a schedule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from solo60 import clock, correlation, observability
from solo60.background import BackgroundFunction, Deadline
from solo60.declarations import Function
from solo60.failures import FunctionFailed
from solo60.grants import Grant
from solo60.models import Model

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@dataclass(frozen=True)
class JobDeclaration(Function):
    """The declaration of a job: runs on a schedule, with the clock at the time of its event."""

    schedule: str = "rate(5 minutes)"


class ScheduledEvent(Model):
    """The event that starts a job. `time` is the scheduled time, not the time at which the function runs."""

    time: datetime


class Job(BackgroundFunction):
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

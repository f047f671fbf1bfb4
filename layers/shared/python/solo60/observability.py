"""Structured logs and EMF metrics, through Powertools, made at first use."""

from __future__ import annotations

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit

from solo60 import failures, settings

NAMESPACE = "Solo60"
"""Of the metrics; a stage's own is below it."""


@cache
def logger() -> Logger:
    """The process's logger; its level and service come from the POWERTOOLS_ variables."""
    return Logger(log_uncaught_exceptions=False)


@cache
def _metrics() -> Metrics:
    return Metrics(namespace=settings.read("POWERTOOLS_METRICS_NAMESPACE", NAMESPACE))


def count(name: str, value: float = 1) -> None:
    """Count a business fact: a booking, a purchase, a message that failed."""
    _metrics().add_metric(name=name, unit=MetricUnit.Count, value=value)


def flush() -> None:
    """Write what was counted, at the end of an invocation."""
    if _metrics().metric_set:
        _metrics().flush_metrics()


def log_failure(message: str, error: BaseException, **fields: Any) -> None:
    """Log an exception with its traceback, and without the values that its text may quote (`solo60.failures`)."""
    logger().error(
        message,
        extra={**fields, "exception": failures.trace(error), "exception_name": type(error).__name__},
        stacklevel=3,
    )


def bind(**fields: Any) -> None:
    """Give every further log line of this invocation these fields."""
    logger().append_keys(**fields)


def unbind() -> None:
    """Forget the fields of the invocation that ends."""
    logger().clear_state()

"""Structured logs and EMF metrics with Powertools, created at first use."""

from __future__ import annotations

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit

from solo60 import failures, settings

NAMESPACE = "Solo60"
"""The namespace of the metrics; each stage has its own below it."""


@cache
def logger() -> Logger:
    """The process's logger; its level and service come from the POWERTOOLS_ variables."""
    return Logger(log_uncaught_exceptions=False)


@cache
def _metrics() -> Metrics:
    return Metrics(namespace=settings.read("POWERTOOLS_METRICS_NAMESPACE", NAMESPACE))


def count(name: str, value: float = 1) -> None:
    """Count a business event: a booking, a purchase, a failed message."""
    _metrics().add_metric(name=name, unit=MetricUnit.Count, value=value)


def flush() -> None:
    """Write the metrics, at the end of an invocation."""
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
    """Add fields to all further log lines of this invocation."""
    logger().append_keys(**fields)


def unbind() -> None:
    """Remove the fields, at the end of an invocation."""
    logger().clear_state()

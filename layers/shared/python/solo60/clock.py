"""The only source of the current time in the code base."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_fixed: ContextVar[datetime | None] = ContextVar("solo60_clock", default=None)


def now() -> datetime:
    """The current instant, in UTC."""
    return _fixed.get() or datetime.now(UTC)


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Set the clock to `instant` inside the block: a job uses its event's time, a test its own.

    Parameters
    ----------
    instant
        An aware datetime; it is converted to UTC.
    """
    if instant.tzinfo is None:
        raise ValueError("the clock needs an aware datetime")
    token = _fixed.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)


def wait_until(instant: datetime) -> None:
    """Return when `instant` has come."""
    time.sleep(max(0.0, (instant - now()).total_seconds()))


def to_rfc3339(instant: datetime) -> str:
    """`instant` as RFC 3339 in UTC with `Z`, with fractions of a second only if there are any."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def to_sortable(instant: datetime) -> str:
    """`instant` as a fixed-width UTC text (microseconds) whose lexical order is its order in time."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def from_rfc3339(text: str) -> datetime:
    """The instant that `to_rfc3339` or `to_sortable` wrote."""
    return datetime.fromisoformat(text).astimezone(UTC)


def epoch_seconds(instant: datetime) -> int:
    """Whole seconds since 1970, as DynamoDB's time-to-live requires."""
    return int(instant.timestamp())

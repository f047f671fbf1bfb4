"""The correlation id, given by the caller or created here. It follows a request through events, messages and logs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from solo60.ids import new_id

_current: ContextVar[str | None] = ContextVar("solo60_correlation", default=None)
_ACCEPTED = r"[A-Za-z0-9._:\-]{1,128}"


def current() -> str:
    """The current correlation id; a new one if there is none."""
    value = _current.get()
    if value is None:
        value = new_id()
        _current.set(value)
    return value


def acceptable(given: str | None) -> str | None:
    """`given`, if it is safe in a header and a log line; else None."""
    return given if given and re.fullmatch(_ACCEPTED, given) else None


@contextmanager
def following(correlation_id: str | None) -> Iterator[str]:
    """Set the correlation id inside the block, to `correlation_id` or a new one."""
    value = acceptable(correlation_id) or new_id()
    token = _current.set(value)
    try:
        yield value
    finally:
        _current.reset(token)

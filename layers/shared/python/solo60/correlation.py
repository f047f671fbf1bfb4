"""The correlation id: given by the caller or made here, it follows the work through events, messages and logs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from solo60.ids import new_id

_current: ContextVar[str | None] = ContextVar("solo60_correlation", default=None)
_ACCEPTED = r"[A-Za-z0-9._:\-]{1,128}"


def current() -> str:
    """The correlation id of the work in hand; a new one where there is none."""
    value = _current.get()
    if value is None:
        value = new_id()
        _current.set(value)
    return value


def acceptable(given: str | None) -> str | None:
    """`given`, if it is a word that can stand in a header and a log line."""
    return given if given and re.fullmatch(_ACCEPTED, given) else None


@contextmanager
def following(correlation_id: str | None) -> Iterator[str]:
    """Work under `correlation_id`, or under a new one, inside the block."""
    value = acceptable(correlation_id) or new_id()
    token = _current.set(value)
    try:
        yield value
    finally:
        _current.reset(token)

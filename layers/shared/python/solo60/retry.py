"""The one way to repeat work because others were changing the same items."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any, TypeVar

from solo60.problems import ServiceUnavailable

T = TypeVar("T")

BACKOFF_SECONDS = 0.02
LONGEST_BACKOFF_SECONDS = 0.64
DEFAULT_SECONDS = 5.0
"""How long work is repeated where no function's time-out bounds it."""
SHARE_OF_TIMEOUT = 0.6
"""Of the time that a function has left. The rest is for the last attempt and for the answer."""


class ConditionFailed(Exception):
    """What was read has changed before it was written: read again, decide again.

    Attributes
    ----------
    item
        The item that stood in the way, as DynamoDB gives it; None where there is none.
    """

    def __init__(self, item: dict[str, Any] | None = None) -> None:
        self.item = item
        super().__init__()


def deadline_in(seconds: float = DEFAULT_SECONDS) -> float:
    """The deadline that lies `seconds` ahead, on the monotonic clock."""
    return time.monotonic() + seconds


def deadline_within(remaining_milliseconds: int) -> float:
    """The deadline for a function that is stopped in so many milliseconds."""
    return deadline_in(remaining_milliseconds / 1000 * SHARE_OF_TIMEOUT)


class Backoff:
    """Growing random pauses until a deadline.

    Parameters
    ----------
    deadline
        On the monotonic clock: no pause ends after it.
    detail
        What the caller is told if it is reached.
    """

    def __init__(
        self, deadline: float, detail: str = "Others are changing the same things; try again in a moment."
    ) -> None:
        self._deadline, self._detail = deadline, detail
        self._longest = BACKOFF_SECONDS

    def pause(self) -> None:
        """Wait before the next attempt.

        Raises
        ------
        ServiceUnavailable
            The deadline leaves no time for it.
        """
        seconds = random.uniform(0, self._longest)
        self._longest = min(2 * self._longest, LONGEST_BACKOFF_SECONDS)
        if time.monotonic() + seconds >= self._deadline:
            raise ServiceUnavailable(self._detail, retry_after=1)
        time.sleep(seconds)


def retry_on_conflict(deadline: float, attempt: Callable[[], T]) -> T:
    """Call `attempt` until it does not raise `ConditionFailed`.

    Parameters
    ----------
    deadline
        On the monotonic clock: no attempt but the first begins after it.

    Raises
    ------
    ServiceUnavailable
        Others kept changing the same items until the deadline.
    """
    backoff = Backoff(deadline)
    while True:
        try:
            return attempt()
        except ConditionFailed:
            backoff.pause()

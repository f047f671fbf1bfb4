"""Optimistic concurrency: read, decide, commit, and start again if the data that was read has changed."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

from solo60.problems import ServiceUnavailable

ATTEMPTS = 12
BACKOFF_SECONDS = 0.02


class ConditionFailed(Exception):
    """The data that was read has changed. Read it again."""


def attempts() -> Iterator[int]:
    """The numbers of the attempts, with a growing random pause between them.

    Raises
    ------
    ServiceUnavailable
        All attempts have failed.
    """
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(random.uniform(0, BACKOFF_SECONDS * 2 ** min(attempt, 5)))
        yield attempt
    raise ServiceUnavailable("Other bookings keep changing the same data; please try again in a moment.", retry_after=1)

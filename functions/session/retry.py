"""Optimistic work: read, judge, commit, and begin again when what was read has changed."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

from solo60.problems import ServiceUnavailable

ATTEMPTS = 12
BACKOFF_SECONDS = 0.02


class ConditionFailed(Exception):
    """What was read is no longer so: read again."""


def attempts() -> Iterator[int]:
    """The numbers of attempts, with a growing random pause between them.

    Raises
    ------
    ServiceUnavailable
        All attempts are used up: others keep changing the same things.
    """
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(random.uniform(0, BACKOFF_SECONDS * 2 ** min(attempt, 5)))
        yield attempt
    raise ServiceUnavailable("Others are booking the same things; please try again in a moment.", retry_after=1)

"""Hours of the clock, in which failed logins and mails are counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from solo60 import clock

HOUR = timedelta(hours=1)


def current_hour() -> int:
    """The number of the current hour since 1970."""
    return clock.epoch_seconds(clock.now()) // int(HOUR.total_seconds())


def end_of_hour() -> datetime:
    """The instant from which on everything is counted anew."""
    return datetime.fromtimestamp((current_hour() + 1) * HOUR.total_seconds(), UTC)

"""Calendars as responses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from solo60.calendar import CalendarEntry, feed_ics, to_ics
from solo60.http.response import Cacheable

MEDIA_TYPE = "text/calendar; charset=utf-8"
PRIVATE = "private, no-cache"
"""No proxy keeps it, and who keeps it asks whether it has changed."""
ASKED_EVERY = timedelta(hours=1)
TITLE = "SOLO60"


def session_file(entry: CalendarEntry) -> Cacheable:
    """The entry of one session as a file."""
    disposition = {"Content-Disposition": 'attachment; filename="session.ics"'}
    return Cacheable(to_ics(entry), MEDIA_TYPE, disposition, cache_control=PRIVATE)


def feed_file(entries: Sequence[CalendarEntry]) -> Cacheable:
    """A member's calendar to subscribe to."""
    return Cacheable(feed_ics(TITLE, entries, asked_every=ASKED_EVERY), MEDIA_TYPE, cache_control=PRIVATE)

"""Calendar entries as stored with the messages that they will be attached to."""

from __future__ import annotations

from typing import Any

from solo60 import clock
from solo60.calendar import CalendarEntry


def stored_entry(entry: CalendarEntry) -> dict[str, Any]:
    """A calendar entry as JSON values."""
    return {
        "uid": entry.uid,
        "sequence": entry.sequence,
        "starts_at": clock.to_rfc3339(entry.starts_at),
        "ends_at": clock.to_rfc3339(entry.ends_at),
        "summary": entry.summary,
        "location": entry.location,
        "cancelled": entry.cancelled,
    }


def entry_from(stored: dict[str, Any], *, organizer: str) -> CalendarEntry:
    """The calendar entry that `stored_entry` wrote."""
    return CalendarEntry(
        **{
            **stored,
            "starts_at": clock.from_rfc3339(stored["starts_at"]),
            "ends_at": clock.from_rfc3339(stored["ends_at"]),
            "organizer": organizer,
        }
    )

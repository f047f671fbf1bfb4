"""Calendar entries of messages: stored with the message, and sent as an invitation or its withdrawal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from communication.providers.mime import sender_address
from communication.providers.port import Attachment, Email, Part
from solo60 import clock
from solo60.calendar import Attendee, CalendarEntry, to_ics


def stored_entry(entry: CalendarEntry) -> dict[str, Any]:
    """A calendar entry as JSON values."""
    return {
        "uid": entry.uid,
        "sequence": entry.sequence,
        "stamped_at": clock.to_rfc3339(entry.stamped_at),
        "starts_at": clock.to_rfc3339(entry.starts_at),
        "ends_at": clock.to_rfc3339(entry.ends_at),
        "summary": entry.summary,
        "location": entry.location,
        "cancelled": entry.cancelled,
    }


def entry_from(stored: Mapping[str, Any], *, organizer: str, attendee: Attendee) -> CalendarEntry:
    """The calendar entry that `stored_entry` wrote, for one recipient."""
    return CalendarEntry(
        **{
            **stored,
            "stamped_at": clock.from_rfc3339(stored["stamped_at"]),
            "starts_at": clock.from_rfc3339(stored["starts_at"]),
            "ends_at": clock.from_rfc3339(stored["ends_at"]),
            "organizer": organizer,
            "attendee": attendee,
        }
    )


def with_invitation(email: Email, stored: Mapping[str, Any]) -> Email:
    """A mail with its calendar entry, as an alternative and as a file: some mail apps look only for one of them."""
    attendee = Attendee(email.to, email.to_name or "")
    entry = entry_from(stored, organizer=sender_address(email.sender), attendee=attendee)
    content = to_ics(entry).encode()
    invitation = Part("text", "calendar", content, (("charset", "utf-8"), ("method", entry.method)))
    # For mail apps that look for files only. As a second `text/calendar` it would be a second invitation.
    file = Attachment("session.ics", Part("application", "ics", content))
    return replace(email, alternatives=(invitation,), attachments=(file,))

"""Calendar entries as RFC 5545 text, the same for mail attachments and downloads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from solo60 import clock

MEDIA_TYPE = "text/calendar"
LINE_OCTETS = 75
_PRODUCT = "-//SOLO60//Sessions//EN"


@dataclass(frozen=True)
class CalendarEntry:
    """A session as an entry of a calendar.

    Attributes
    ----------
    uid
        The same for all versions of the entry (`session_uid`).
    sequence
        Rises with each change, so that a calendar keeps the newest version, in whatever order mails arrive.
    organizer
        The sender's e-mail address, which RFC 5546 requires in mails.
    cancelled
        The entry is removed from the calendar.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    summary: str
    location: str
    description: str = ""
    organizer: str | None = None
    cancelled: bool = False

    @property
    def method(self) -> str:
        """The iTIP method, also a parameter of the media type."""
        return "CANCEL" if self.cancelled else "PUBLISH"


def session_uid(session_id: str) -> str:
    """The UID of a session's entry."""
    return f"{session_id}@solo60"


def to_ics(entry: CalendarEntry) -> str:
    """`entry` as a complete iCalendar object: CRLF line ends, lines folded at 75 octets."""
    return "".join(_folded(line) for line in _lines(entry))


def _lines(entry: CalendarEntry) -> Iterator[str]:
    yield "BEGIN:VCALENDAR"
    yield "VERSION:2.0"
    yield f"PRODID:{_PRODUCT}"
    yield "CALSCALE:GREGORIAN"
    yield f"METHOD:{entry.method}"
    yield "BEGIN:VEVENT"
    yield f"UID:{_escaped(entry.uid)}"
    yield f"SEQUENCE:{entry.sequence}"
    yield f"DTSTAMP:{_utc(clock.now())}"
    yield f"DTSTART:{_utc(entry.starts_at)}"
    yield f"DTEND:{_utc(entry.ends_at)}"
    yield f"SUMMARY:{_escaped(entry.summary)}"
    yield f"LOCATION:{_escaped(entry.location)}"
    if entry.description:
        yield f"DESCRIPTION:{_escaped(entry.description)}"
    if entry.organizer:
        yield f"ORGANIZER;CN=SOLO60:mailto:{entry.organizer}"
    yield f"STATUS:{'CANCELLED' if entry.cancelled else 'CONFIRMED'}"
    yield "END:VEVENT"
    yield "END:VCALENDAR"


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    """TEXT of RFC 5545, section 3.3.11. Control characters are not allowed there and are removed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(character for character in text if character in "\n\t" or (character >= " " and character != "\x7f"))
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Folded by octets, never inside a character: section 3.1."""
    pieces: list[str] = []
    piece, octets = "", 0
    for character in line:
        width = len(character.encode())
        if octets + width > LINE_OCTETS:
            pieces.append(piece)
            piece, octets = " ", 1
        piece += character
        octets += width
    return "\r\n".join([*pieces, piece]) + "\r\n"

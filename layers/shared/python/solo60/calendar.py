"""Calendar entries as RFC 5545 text, the same for mails (RFC 5546) and downloads."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

LINE_OCTETS = 75
_PRODUCT = "-//SOLO60//Sessions//EN"
_CONTROLS = {"Cc", "Cs"}
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
"""What one reader or another takes for the end of a line."""
_IN_TEXT = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
_IN_PARAMETERS = str.maketrans({"^": "^^", "\n": "^n", '"': "^'"})


@dataclass(frozen=True)
class Attendee:
    """The member for whom a session is booked: e-mail address and name."""

    email: str
    name: str


@dataclass(frozen=True)
class CalendarEntry:
    """A session as an entry of a calendar.

    Attributes
    ----------
    uid
        The same for all versions of the entry (`session_uid`).
    sequence
        Rises with each change, so that a calendar keeps the newest version, in whatever order mails arrive.
    stamped_at
        When this version was made. Of two with one sequence, a calendar keeps the later one.
    organizer
        The sender's e-mail address, which RFC 5546 requires in mails; the same in all versions of the entry.
    attendee
        The recipient of a mail. Without one, the entry is for download.
    cancelled
        The entry is removed from the calendar.
    """

    uid: str
    sequence: int
    stamped_at: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    location: str
    description: str = ""
    organizer: str | None = None
    attendee: Attendee | None = None
    cancelled: bool = False

    @property
    def method(self) -> str:
        """The iTIP method, also a parameter of the media type."""
        if self.attendee is None:
            return "PUBLISH"
        return "CANCEL" if self.cancelled else "REQUEST"


def session_uid(session_id: str) -> str:
    """The UID of a session's entry."""
    return f"{session_id}@solo60"


def session_entry(
    *,
    session_id: str,
    sequence: int,
    changed_at: datetime,
    starts_at: datetime,
    ends_at: datetime,
    gym_name: str,
    gym_address: str,
    cancelled: bool = False,
) -> CalendarEntry:
    """The entry of a session: the same in mails, downloads and feeds, for its host and for its guests."""
    return CalendarEntry(
        uid=session_uid(session_id),
        sequence=sequence,
        stamped_at=changed_at,
        starts_at=starts_at,
        ends_at=ends_at,
        summary=f"Session at {gym_name}",
        location=gym_address,
        cancelled=cancelled,
    )


def to_ics(entry: CalendarEntry) -> str:
    """`entry` as a complete iCalendar object: CRLF line ends, lines folded at 75 octets."""
    return _calendar(entry.method, (), [entry])


def feed_ics(name: str, entries: Iterable[CalendarEntry], *, asked_every: timedelta) -> str:
    """Entries without attendees as a calendar to subscribe to.

    Parameters
    ----------
    name
        Of the calendar, as apps show it.
    asked_every
        How often an app should ask again: once by RFC 7986, once as older apps read it.
    """
    every = f"PT{int(asked_every.total_seconds() // 60)}M"
    head = (
        f"NAME:{_escaped(name)}",
        f"X-WR-CALNAME:{_escaped(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{every}",
        f"X-PUBLISHED-TTL:{every}",
    )
    return _calendar("PUBLISH", head, entries)


def _calendar(method: str, head: Iterable[str], entries: Iterable[CalendarEntry]) -> str:
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{_PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"METHOD:{method}",
        *head,
        *(line for entry in entries for line in _lines(entry)),
        "END:VCALENDAR",
    ]
    return "".join(_folded(line) for line in lines)


def _lines(entry: CalendarEntry) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_escaped(entry.uid)}"
    yield f"SEQUENCE:{entry.sequence}"
    yield f"DTSTAMP:{_utc(entry.stamped_at)}"
    yield f"DTSTART:{_utc(entry.starts_at)}"
    yield f"DTEND:{_utc(entry.ends_at)}"
    yield f"SUMMARY:{_escaped(entry.summary)}"
    yield f"LOCATION:{_escaped(entry.location)}"
    if entry.description:
        yield f"DESCRIPTION:{_escaped(entry.description)}"
    if entry.organizer:
        yield f"ORGANIZER;CN=SOLO60:{_mailto(entry.organizer)}"
    if entry.attendee:
        yield _attendee_line(entry.attendee)
    yield f"STATUS:{'CANCELLED' if entry.cancelled else 'CONFIRMED'}"
    yield "END:VEVENT"


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _attendee_line(attendee: Attendee) -> str:
    """A member who books has accepted: mail apps need not ask, and no answer comes to the sender."""
    name = f";CN={_quoted(attendee.name)}" if attendee.name else ""
    return f"ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE{name}:{_mailto(attendee.email)}"


def _mailto(address: str) -> str:
    """An address as a URI: RFC 6068, section 2."""
    return "mailto:" + quote(address, safe="@!$'*+")


def _quoted(text: str) -> str:
    """The value of a parameter: RFC 6868, section 3."""
    return f'"{_allowed(text).translate(_IN_PARAMETERS)}"'


def _escaped(text: str) -> str:
    """TEXT of RFC 5545, section 3.3.11."""
    return _allowed(text).translate(_IN_TEXT)


def _allowed(text: str) -> str:
    """Without control characters, which RFC 5545 does not allow."""
    return "".join(
        character
        for character in _LINE_ENDS.sub("\n", text)
        if character in "\n\t" or unicodedata.category(character) not in _CONTROLS
    )


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

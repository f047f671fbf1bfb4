"""Calendar entries, read back by a library that others wrote."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solo60 import clock
from solo60.calendar import CalendarEntry, session_uid, to_ics

START = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def entry(**changes: object) -> CalendarEntry:
    values: dict[str, object] = {
        "uid": session_uid("0197a000-0000-7000-8000-000000000001"),
        "sequence": 3,
        "starts_at": START,
        "ends_at": START + timedelta(hours=1),
        "summary": "SOLO60: Shoreditch",
        "location": "1 High Street, London; ground floor",
        "organizer": "hello@solo60.example",
        **changes,
    }
    return CalendarEntry(**values)  # type: ignore[arg-type]


def read(text: str) -> tuple[icalendar.Component, Any]:
    """The calendar and its one event, whose properties may be of any type."""
    calendar = icalendar.Calendar.from_ical(text)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_an_entry_reads_back_as_what_it_was() -> None:
    with clock.at(START - timedelta(days=1)):
        text = to_ics(entry())
    calendar, event = read(text)
    assert (calendar["METHOD"], calendar["VERSION"], calendar["CALSCALE"]) == ("PUBLISH", "2.0", "GREGORIAN")
    assert event["UID"] == "0197a000-0000-7000-8000-000000000001@solo60"
    assert event["SEQUENCE"] == 3
    assert event["STATUS"] == "CONFIRMED"
    assert event["DTSTART"].dt == START
    assert event["DTEND"].dt == START + timedelta(hours=1)
    assert event["DTSTAMP"].dt == START - timedelta(days=1)
    assert event["SUMMARY"] == "SOLO60: Shoreditch"
    assert event["LOCATION"] == "1 High Street, London; ground floor"
    assert event["ORGANIZER"] == "mailto:hello@solo60.example"
    assert "DTSTART:20261025T003000Z\r\n" in text


def test_a_cancelled_entry_says_so_under_the_same_uid() -> None:
    calendar, event = read(to_ics(entry(cancelled=True, sequence=4)))
    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 4)
    assert event["UID"] == read(to_ics(entry()))[1]["UID"]


def test_instants_of_any_zone_are_written_in_utc() -> None:
    from zoneinfo import ZoneInfo

    local = datetime(2026, 7, 1, 9, 0, tzinfo=ZoneInfo("America/New_York"))
    assert "DTSTART:20260701T130000Z\r\n" in to_ics(entry(starts_at=local))


@pytest.mark.parametrize(
    "text", ["back\\slash", "a;b,c", "two\nlines", "colon: yes", "BEGIN:VEVENT\r\nUID:forged", "=\"'"]
)
def test_what_has_a_meaning_in_the_format_is_escaped(text: str) -> None:
    _, event = read(to_ics(entry(summary=text, description=text)))
    assert event["SUMMARY"] == text.replace("\r\n", "\n")
    assert event["UID"] == entry().uid


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=300))
def test_any_text_survives_and_no_line_is_longer_than_75_octets(text: str) -> None:
    ics = to_ics(entry(location=text))
    assert all(len(line.encode()) <= 75 for line in ics.split("\r\n"))
    assert "\n" not in ics.replace("\r\n", "")
    assert read(ics)[1]["LOCATION"] == text

"""Calendar entries, read back by a library that others wrote."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solo60.calendar import Attendee, CalendarEntry, feed_ics, session_uid, to_ics

START = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def entry(**changes: object) -> CalendarEntry:
    values: dict[str, object] = {
        "uid": session_uid("0197a000-0000-7000-8000-000000000001"),
        "sequence": 3,
        "stamped_at": START - timedelta(days=1),
        "starts_at": START,
        "ends_at": START + timedelta(hours=1),
        "summary": "SOLO60: Shoreditch",
        "location": "1 High Street, London; ground floor",
        "organizer": "hello@solo60.example",
        "attendee": Attendee("robin@example.com", "Robin Example"),
        **changes,
    }
    return CalendarEntry(**values)  # type: ignore[arg-type]


def read(text: str) -> tuple[icalendar.Component, Any]:
    """The calendar and its one event, whose properties may be of any type."""
    calendar = icalendar.Calendar.from_ical(text)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_an_entry_reads_back_as_what_it_was() -> None:
    text = to_ics(entry())
    calendar, event = read(text)
    assert (calendar["METHOD"], calendar["VERSION"], calendar["CALSCALE"]) == ("REQUEST", "2.0", "GREGORIAN")
    assert event["UID"] == "0197a000-0000-7000-8000-000000000001@solo60"
    assert event["SEQUENCE"] == 3
    assert event["STATUS"] == "CONFIRMED"
    assert event["DTSTART"].dt == START
    assert event["DTEND"].dt == START + timedelta(hours=1)
    assert event["DTSTAMP"].dt == START - timedelta(days=1)
    assert event["SUMMARY"] == "SOLO60: Shoreditch"
    assert event["LOCATION"] == "1 High Street, London; ground floor"
    assert event["ORGANIZER"] == "mailto:hello@solo60.example"
    assert event["ATTENDEE"] == "mailto:robin@example.com"
    assert dict(event["ATTENDEE"].params) == {
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "ACCEPTED",
        "RSVP": "FALSE",
        "CN": "Robin Example",
    }
    assert "DTSTART:20261025T003000Z\r\n" in text


def test_a_cancelled_entry_says_so_under_the_same_uid() -> None:
    calendar, event = read(to_ics(entry(cancelled=True, sequence=4)))
    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 4)
    assert event["UID"] == read(to_ics(entry()))[1]["UID"]
    assert (event["ORGANIZER"], event["ATTENDEE"]) == ("mailto:hello@solo60.example", "mailto:robin@example.com")


@pytest.mark.parametrize(("cancelled", "status"), [(False, "CONFIRMED"), (True, "CANCELLED")])
def test_a_download_is_published_and_names_no_attendee(cancelled: bool, status: str) -> None:
    calendar, event = read(to_ics(entry(attendee=None, cancelled=cancelled)))
    assert (calendar["METHOD"], event["STATUS"]) == ("PUBLISH", status)
    assert "ATTENDEE" not in event


@pytest.mark.parametrize(
    ("address", "uri"),
    [
        ("o'brien+gym@example.com", "mailto:o'brien+gym@example.com"),
        ("a%b?c&d@example.com", "mailto:a%25b%3Fc%26d@example.com"),
    ],
)
def test_an_address_is_a_uri(address: str, uri: str) -> None:
    assert read(to_ics(entry(attendee=Attendee(address, "Robin"))))[1]["ATTENDEE"] == uri


def test_instants_of_any_zone_are_written_in_utc() -> None:
    from zoneinfo import ZoneInfo

    local = datetime(2026, 7, 1, 9, 0, tzinfo=ZoneInfo("America/New_York"))
    assert "DTSTART:20260701T130000Z\r\n" in to_ics(entry(starts_at=local))


@pytest.mark.parametrize(
    "text",
    [
        *("back\\slash", "a;b,c", "two\nlines", "colon: yes", "BEGIN:VEVENT\r\nUID:forged", "=\"'", "^n ^' ^^"),
        *("a\x85UID:forged", "a\u2028UID:forged", "a\x0bUID:forged", "=?utf-8?q?=0D=0AUID:forged?="),
    ],
)
def test_what_has_a_meaning_in_the_format_is_escaped(text: str) -> None:
    attendee = Attendee("robin@example.com", text)
    ics = to_ics(entry(summary=text, description=text, attendee=attendee))
    assert len(ics.splitlines()) == ics.count("\r\n")
    _, event = read(ics)
    lines = "\n".join(text.splitlines())
    assert (event["SUMMARY"], event["DESCRIPTION"], event["ATTENDEE"].params["CN"]) == (lines, lines, lines)
    assert event["UID"] == entry().uid
    assert event["ATTENDEE"] == "mailto:robin@example.com"


TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=300)


@given(TEXTS, TEXTS)
def test_any_text_survives_and_no_line_is_longer_than_75_octets(text: str, name: str) -> None:
    ics = to_ics(entry(location=text, attendee=Attendee("robin@example.com", name)))
    assert all(len(line.encode()) <= 75 for line in ics.split("\r\n"))
    assert "\n" not in ics.replace("\r\n", "")
    event = read(ics)[1]
    assert event["LOCATION"] == text
    assert event["ATTENDEE"].params.get("CN", "") == name


@given(st.text(max_size=300))
def test_no_text_ends_its_line(text: str) -> None:
    ics = to_ics(entry(summary=text, location=text, attendee=Attendee("robin@example.com", text)))
    assert len(ics.replace("\r\n ", "").splitlines()) == len(to_ics(entry()).replace("\r\n ", "").splitlines())


def test_a_feed_holds_all_its_entries_and_says_when_to_ask_again() -> None:
    own = {"organizer": None, "attendee": None}
    entries = [entry(**own), entry(**own, uid="other@solo60", cancelled=True)]
    text = feed_ics("My sessions", entries, asked_every=timedelta(minutes=90))
    calendar = icalendar.Calendar.from_ical(text)
    assert (calendar["METHOD"], calendar["X-WR-CALNAME"], calendar["NAME"]) == ("PUBLISH", *2 * ("My sessions",))
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT90M\r\n" in text
    assert "X-PUBLISHED-TTL:PT90M\r\n" in text
    shown = [(event["UID"], event["STATUS"]) for event in calendar.walk("VEVENT")]
    assert shown == [("0197a000-0000-7000-8000-000000000001@solo60", "CONFIRMED"), ("other@solo60", "CANCELLED")]
    assert icalendar.Calendar.from_ical(feed_ics("None", [], asked_every=timedelta(hours=1))).walk("VEVENT") == []

"""Calendars for tests, read back by a library that others wrote."""

from __future__ import annotations

from typing import Any

import icalendar

from session.calendar.endpoints.create_calendar_feed import handler as create_endpoint
from session.calendar.endpoints.get_calendar import handler as get_endpoint
from session.calendar.endpoints.get_calendar_feed import handler as feed_endpoint
from tests.conftest import Answer, call


def download(user: str, session_id: str, **headers: str) -> Answer:
    """Call GET /sessions/{session_id}/calendar."""
    return call(get_endpoint, user=user, path={"session_id": session_id}, headers=headers)


def new_feed(user: str) -> str:
    """The token of a new feed."""
    answer = call(create_endpoint, user=user)
    assert answer.status == 201, answer.text
    return str(answer.json["url"].rsplit("/", 1)[1])


def feed(token: str, **headers: str) -> Answer:
    """Call GET /sessions/calendar-feed/{token}."""
    return call(feed_endpoint, path={"token": token}, headers=headers)


def events_of(answer: Answer) -> list[Any]:
    """The events of a calendar."""
    assert answer.status == 200, answer.text
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return list(icalendar.Calendar.from_ical(answer.text).walk("VEVENT"))


def shown(answer: Answer) -> list[tuple[str, int, str]]:
    """UID, SEQUENCE and STATUS of each event."""
    return [(str(event["UID"]), int(event["SEQUENCE"]), str(event["STATUS"])) for event in events_of(answer)]

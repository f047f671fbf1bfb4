"""What is due to sessions: reminders, sessions that have not ended, no-shows and strikes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from solo60 import clock
from solo60.ids import new_id
from tests.conftest import outbox
from tests.handlers.session.world import (
    NOW,
    START,
    add_gym,
    attend,
    book,
    cancel,
    check_in,
    check_out,
    extend,
    give_credits,
    move,
    quote,
    session_of,
    steps_of,
    text,
)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def host() -> str:
    user = new_id()
    give_credits(user, 500)
    return user


def booked(user: str, gym: str, start: datetime = START, duration: int = 60) -> str:
    answer = book(user, gym, start, duration)
    assert answer.status == 201, answer.text
    identity: str = answer.json["id"]
    return identity


def reminders() -> list[tuple[str, int]]:
    """The start and the hours of each reminder."""
    return [(event["data"]["starts_at"], event["data"]["hours"]) for event in outbox("session", "SessionReminderDue")]


def test_a_day_and_an_hour_before_a_reminder_is_due_once(host: str) -> None:
    session = booked(host, add_gym())
    before = session_of(host, session)
    assert attend(START - DAY - timedelta(seconds=1)) == 0
    assert [attend(START - DAY), attend(START - DAY + HOUR)] == [1, 0]
    assert reminders() == [(text(START), 24)]
    assert [attend(START - HOUR), attend(START - HOUR)] == [1, 0]
    assert reminders() == [(text(START), 24), (text(START), 1)]
    assert session_of(host, session) == before


def test_a_session_that_is_booked_late_has_the_reminders_that_are_left(host: str) -> None:
    gym = add_gym()
    with clock.at(START - 2 * HOUR):
        booked(host, gym)
    attend(START - HOUR)
    assert reminders() == [(text(START), 1)]


def test_a_reminder_that_comes_too_late_is_not_sent(host: str) -> None:
    booked(host, add_gym())
    attend(START - 20 * HOUR)
    assert reminders() == []
    attend(START)
    assert reminders() == []


def test_a_session_that_was_moved_or_cancelled_has_no_old_reminder(host: str) -> None:
    gym = add_gym()
    session, gone = booked(host, gym), booked(host, gym, START + 3 * HOUR)
    move(host, session, START + DAY)
    cancel(host, gone)
    attend(START - HOUR)
    assert reminders() == []
    attend(START)
    assert reminders() == [(text(START + DAY), 24)]


def test_a_move_to_a_time_whose_reminder_has_passed_sends_none(host: str) -> None:
    session = booked(host, add_gym(), START + 2 * DAY)
    with clock.at(START):
        assert move(host, session, START + 20 * HOUR).status == 200
    assert attend(START + timedelta(minutes=1)) == 0
    attend(START + 19 * HOUR)
    assert reminders() == [(text(START + 20 * HOUR), 1)]


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("Europe/London", datetime(2026, 3, 29, 18, tzinfo=UTC)),
        ("Europe/London", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
    ],
)
def test_hours_are_elapsed_time_when_the_clock_changes(host: str, zone: str, start: datetime) -> None:
    gym = add_gym(timezone=zone, booking_horizon_days=365)
    booked(host, gym, start)
    assert [attend(start - DAY - timedelta(seconds=1)), attend(start - DAY)] == [0, 1]
    assert reminders() == [(text(start), 24)]


def test_nobody_came(host: str) -> None:
    session = booked(host, add_gym())
    assert attend(START + HOUR - timedelta(seconds=1)) == 1
    assert session_of(host, session)["status"] == "confirmed"
    late = START + 5 * HOUR
    assert [attend(late), attend(late)] == [1, 0]
    assert session_of(host, session)["status"] == "no_show"
    assert steps_of(session)[-1] == ("no_show", "company", None)
    [missed] = outbox("session", "SessionMissed")
    assert missed["data"]["suspended_until"] is None


def test_who_came_has_no_strike(host: str) -> None:
    session = booked(host, add_gym())
    with clock.at(START):
        check_in(host, session)
    attend(START + HOUR)
    assert session_of(host, session)["status"] == "checked_in"
    with clock.at(START + HOUR):
        check_out(host, session)
    attend(START + 3 * HOUR)
    assert session_of(host, session)["status"] == "completed"
    assert outbox("session", "SessionMissed") == []


def test_an_extension_postpones_the_verdict(host: str) -> None:
    session = booked(host, add_gym())
    with clock.at(START + HOUR / 2):
        assert extend(host, session, 60).status == 200
    attend(START + HOUR)
    assert session_of(host, session)["status"] == "confirmed"
    attend(START + 2 * HOUR)
    assert session_of(host, session)["status"] == "no_show"


def miss(host: str, gym: str, starts: list[datetime]) -> None:
    for start in starts:
        with clock.at(start - HOUR):
            booked(host, gym, start)
    attend(starts[-1] + 2 * HOUR)


def codes(host: str, gym: str, start: datetime) -> list[str]:
    failures: list[dict[str, Any]] = quote(host, gym, start).json["failures"]
    return [failure["code"] for failure in failures]


def test_three_strikes_stop_bookings_for_seven_days(host: str) -> None:
    gym = add_gym()
    starts = [NOW + DAY, NOW + 2 * DAY, NOW + 3 * DAY]
    miss(host, gym, starts[:2])
    last_end = starts[2] + HOUR
    with clock.at(starts[1] + 3 * HOUR):
        assert codes(host, gym, starts[2]) == []
    miss(host, gym, starts[2:])
    latest = outbox("session", "SessionMissed")[-1]["data"]
    assert max(event["data"]["suspended_until"] or "" for event in outbox("session", "SessionMissed")) == text(
        last_end + 7 * DAY
    )
    assert latest["user_id"] == host
    with clock.at(last_end + 7 * DAY - timedelta(seconds=1)):
        assert codes(host, gym, last_end + 8 * DAY) == ["booking_suspended"]
        refused = book(host, gym, last_end + 8 * DAY)
        assert (refused.status, refused.code) == (409, "booking_suspended")
    with clock.at(last_end + 7 * DAY):
        assert codes(host, gym, last_end + 8 * DAY) == []


def test_a_strike_expires_after_ninety_days(host: str) -> None:
    gym = add_gym()
    miss(host, gym, [NOW + DAY, NOW + 2 * DAY])
    third = NOW + 91 * DAY + HOUR
    miss(host, gym, [third])
    with clock.at(third + 2 * HOUR):
        assert codes(host, gym, third + DAY) == []


def test_a_session_that_has_not_ended_when_the_next_begins_is_told(host: str) -> None:
    gym, other = add_gym(buffer_minutes=0), new_id()
    give_credits(other, 100)
    session, following = booked(host, gym), booked(other, gym, START + HOUR)
    with clock.at(START):
        check_in(host, session)
    assert attend(START + HOUR) == 2
    [told] = outbox("session", "SessionOverstayed")
    assert (told["data"]["session_id"], told["data"]["user_id"]) == (session, host)
    assert (told["data"]["next_session_id"], told["data"]["next_user_id"]) == (following, other)
    attend(START + HOUR)
    assert len(outbox("session", "SessionOverstayed")) == 1


def test_a_session_that_has_ended_overstays_nobody(host: str) -> None:
    gym, other = add_gym(buffer_minutes=0), new_id()
    give_credits(other, 100)
    session = booked(host, gym)
    booked(other, gym, START + HOUR)
    with clock.at(START):
        check_in(host, session)
    with clock.at(START + HOUR - timedelta(minutes=1)):
        check_out(host, session)
    attend(START + HOUR)
    assert outbox("session", "SessionOverstayed") == []

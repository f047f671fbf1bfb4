"""POST /sessions/{session_id}/check-in."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from solo60 import clock
from solo60.ids import new_id
from tests.conftest import outbox
from tests.fakes.meanwhile import meanwhile
from tests.handlers.session.invitations.inviting import accept, invited
from tests.handlers.session.world import (
    START,
    add_gym,
    attend,
    ban,
    book,
    cancel,
    check_in,
    check_out,
    give_credits,
    session_of,
    steps_of,
    text,
)

SECOND = timedelta(seconds=1)


def booked(user: str, gym: str, start: datetime = START, duration: int = 60) -> str:
    answer = book(user, gym, start, duration)
    assert answer.status == 201, answer.text
    identity: str = answer.json["id"]
    return identity


@pytest.fixture
def host() -> str:
    user = new_id()
    give_credits(user, 100)
    return user


def at(minutes: float, seconds: int = 0) -> datetime:
    """A moment after the start of the session."""
    return START + timedelta(minutes=minutes, seconds=seconds)


@pytest.mark.parametrize(
    ("moment", "status"),
    [(at(-10, -1), 409), (at(-10), 200), (at(0), 200), (at(14, 59), 200), (at(15), 200), (at(15, 1), 409)],
)
def test_its_window(host: str, moment: datetime, status: int) -> None:
    session = booked(host, add_gym())
    with clock.at(moment):
        answer = check_in(host, session)
        assert answer.status == status
        if status == 409:
            assert answer.code == "check_in_closed"
            assert session_of(host, session)["status"] == "confirmed"
        else:
            assert answer.json == session_of(host, session)
            assert (answer.json["status"], answer.json["checked_in_at"]) == ("checked_in", text(moment))


def test_the_window_of_a_short_session_ends_with_it(host: str) -> None:
    gym = add_gym(min_duration=15)
    session = booked(host, gym, START, 15)
    with clock.at(at(15, 1)):
        assert check_in(host, session).code == "check_in_closed"


def test_who_is_in_stays_in(host: str) -> None:
    session = booked(host, add_gym())
    with clock.at(at(0)):
        first = check_in(host, session)
    with clock.at(at(40)):
        again = check_in(host, session)
    assert (again.status, again.json) == (200, first.json)
    assert len(outbox("session", "SessionCheckedIn")) == 1
    assert steps_of(session) == [("booked", "host", host), ("checked_in", "host", host)]


def test_a_guest_who_comes_prevents_the_strike_of_the_host(host: str) -> None:
    session = booked(host, add_gym())
    email = "robin.guest@example.com"
    invitation = invited(host, session, email)
    guest = new_id()
    with clock.at(at(-30)):
        assert accept(guest, email, invitation).status == 200
    with clock.at(at(5)):
        answer = check_in(guest, session, email=email)
        assert (answer.status, answer.json["status"], answer.json["pots"]) == (200, "checked_in", [])
        assert check_in(host, session).status == 200
        assert check_in(guest, session, email=email).json["version"] == answer.json["version"] + 1
    assert steps_of(session)[-2:] == [("checked_in", "guest", guest), ("checked_in", "host", host)]
    attend(at(60))
    assert session_of(host, session)["status"] == "checked_in"
    with clock.at(at(60)):
        assert check_out(guest, session).status == 200
    assert outbox("session", "SessionMissed") == []


def test_who_is_only_invited_cannot_check_in(host: str) -> None:
    session = booked(host, add_gym())
    invited(host, session, "robin.guest@example.com")
    with clock.at(at(0)):
        assert check_in(new_id(), session, email="robin.guest@example.com").code == "session_not_found"


def test_who_takes_no_part_finds_no_session(host: str) -> None:
    session = booked(host, add_gym())
    with clock.at(at(0)):
        assert check_in(new_id(), session).code == "session_not_found"
        assert check_in(host, new_id()).code == "session_not_found"
        ban(host)
        assert check_in(host, session).code == "account_banned"


def test_another_version_than_was_seen(host: str) -> None:
    session = booked(host, add_gym())
    with clock.at(at(0)):
        assert check_in(host, session, headers={"If-Match": '"7"'}).status == 412
        assert check_in(host, session, headers={"If-Match": '"1"'}).status == 200


def test_a_session_that_was_cancelled_is_closed(host: str) -> None:
    session = booked(host, add_gym())
    cancel(host, session)
    with clock.at(at(-5)):
        refused = check_in(host, session)
        assert (refused.code, refused.json["detail"]) == ("check_in_closed", "The session is cancelled.")


def test_a_cancellation_at_once_is_before_or_behind_it(host: str) -> None:
    session = booked(host, add_gym())
    with clock.at(at(-5)):
        meanwhile(lambda: cancel(host, session))
        assert check_in(host, session).code == "check_in_closed"
        other = booked(host, add_gym(latitude=53.0, minimum_notice_minutes=0))
        meanwhile(lambda: check_in(host, other))
        assert cancel(host, other).code == "not_cancellable"

"""POST /sessions/{session_id}/check-out."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from session.history.endpoints.list_sessions import handler as list_sessions
from solo60 import clock
from solo60.ids import new_id
from tests.conftest import call, outbox
from tests.fakes.meanwhile import meanwhile
from tests.handlers.session.world import (
    START,
    add_gym,
    attend,
    book,
    cancel,
    check_in,
    check_out,
    credits_of,
    extend,
    give_credits,
    session_of,
    steps_of,
    taken_slots,
    text,
)


@pytest.fixture
def host() -> str:
    user = new_id()
    give_credits(user, 100)
    return user


@pytest.fixture
def gym() -> str:
    return add_gym(minimum_notice_minutes=0, buffer_minutes=0, min_duration=15)


@pytest.fixture
def session(host: str, gym: str) -> str:
    """A session that its host has checked in to."""
    identity: str = book(host, gym, START).json["id"]
    with clock.at(START):
        assert check_in(host, identity).status == 200
    return identity


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


@pytest.mark.parametrize(("minutes", "left"), [(0.5, 6), (15, 6), (16, 4), (30, 4), (44, 2), (45, 2), (46, 0), (70, 0)])
def test_whole_slots_that_are_left_are_free(host: str, gym: str, session: str, minutes: float, left: int) -> None:
    with clock.at(at(minutes)):
        answer = check_out(host, session)
        assert answer.status == 200
        assert (answer.json["status"], answer.json["checked_out_at"]) == ("completed", text(at(minutes)))
        assert answer.json["ends_at"] == text(at(60))
        assert answer.json == session_of(host, session)
    assert taken_slots() == 8 - left
    assert credits_of(host) == 92
    [event] = outbox("session", "SessionCheckedOut")
    assert event["data"]["released_from"] == (text(at(60 - left * 7.5)) if left else None)


def test_who_leaves_before_the_start_frees_all_of_it(host: str, gym: str) -> None:
    identity: str = book(host, gym, START).json["id"]
    with clock.at(at(-10)):
        check_in(host, identity)
    with clock.at(at(-5)):
        assert check_out(host, identity).json["status"] == "completed"
    assert taken_slots() == 0
    [event] = outbox("session", "SessionCheckedOut")
    assert event["data"]["released_from"] == text(START)


def test_others_and_the_host_can_book_what_is_left(host: str, gym: str, session: str) -> None:
    other = new_id()
    give_credits(other, 100)
    with clock.at(at(20)):
        assert book(other, gym, at(30), 30).code == "slot_taken"
        check_out(host, session)
        assert book(other, gym, at(30), 30).status == 201
        assert book(host, add_gym(latitude=53.0, minimum_notice_minutes=0), at(30), 30).status == 201
        past = call(list_sessions, user=host, query={"status": "past"}).json["items"]
        assert [one["id"] for one in past] == []
    with clock.at(at(31)):
        past = call(list_sessions, user=host, query={"status": "past"}).json["items"]
        assert [one["id"] for one in past] == [session]


def test_it_ends_once(host: str, session: str) -> None:
    with clock.at(at(20)):
        first = check_out(host, session)
    with clock.at(at(40)):
        again = check_out(host, session)
        assert (again.status, again.json) == (200, first.json)
        assert extend(host, session, 15).code == "not_changeable"
        assert cancel(host, session).code == "not_cancellable"
    assert steps_of(session)[-1] == ("checked_out", "host", host)
    assert len(outbox("session", "SessionCheckedOut")) == 1


def test_who_is_not_in_cannot_leave(host: str, gym: str) -> None:
    identity = book(host, gym, START).json["id"]
    with clock.at(START):
        refused = check_out(host, identity)
        assert (refused.status, refused.code) == (409, "not_checked_in")
        assert check_out(new_id(), identity).code == "session_not_found"


def test_an_extension_at_once_is_before_or_behind_it(host: str, session: str) -> None:
    with clock.at(at(20)):
        meanwhile(lambda: extend(host, session, 30))
        assert check_out(host, session).status == 200
    assert taken_slots() == 4


def test_who_does_not_check_out_is_out_an_hour_after_the_end(host: str, session: str) -> None:
    attend(at(119))
    assert session_of(host, session)["status"] == "checked_in"
    attend(at(120))
    ended = session_of(host, session)
    assert (ended["status"], ended["checked_out_at"]) == ("completed", text(at(120)))
    assert steps_of(session)[-1] == ("completed", "company", None)
    assert [event["data"]["released_from"] for event in outbox("session", "SessionCheckedOut")] == [None]

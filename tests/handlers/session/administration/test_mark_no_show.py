"""POST /admin/sessions/{session_id}/no-show."""

from __future__ import annotations

from datetime import timedelta

from solo60 import clock
from solo60.ids import new_id
from tests.conftest import outbox
from tests.fakes.meanwhile import meanwhile
from tests.handlers.gym.making import ADMIN
from tests.handlers.session.administration.overseeing import looked_at, no_show
from tests.handlers.session.world import START, add_gym, attend, book, cancel, check_in, member_with, steps_of

HOUR = timedelta(hours=1)


def test_one_strike_by_whoever_says_it_first() -> None:
    gym, user = add_gym(), member_with(100)
    session = book(user, gym, START).json["id"]
    with clock.at(START + HOUR / 2):
        answer = no_show(session)
        assert (answer.status, answer.json["status"]) == (200, "no_show")
        assert no_show(session).status == 200
    attend(START + HOUR)
    assert [step for step in steps_of(session) if step[0] == "no_show"] == [("no_show", "admin", ADMIN)]
    assert len(outbox("session", "SessionMissed")) == 1
    assert looked_at(session).json["log"][-1]["at"].startswith("2026-03-04T18:30")


def test_the_job_at_the_same_time() -> None:
    gym, user = add_gym(), member_with(100)
    session = book(user, gym, START).json["id"]
    with clock.at(START + 2 * HOUR):
        meanwhile(lambda: attend(START + 2 * HOUR))
        assert no_show(session).status == 200
    assert [step for step in steps_of(session) if step[0] == "no_show"] == [("no_show", "company", None)]
    assert len(outbox("session", "SessionMissed")) == 1


def test_who_came_has_not_begun_or_was_cancelled_is_no_no_show() -> None:
    gym, user = add_gym(), member_with(100)
    session, gone = book(user, gym, START).json["id"], book(user, gym, START + 3 * HOUR).json["id"]
    cancel(user, gone)
    assert no_show(session).code == "not_missed"
    assert no_show(gone).code == "not_missed"
    assert no_show(new_id()).code == "session_not_found"
    with clock.at(START):
        assert no_show(session, headers={"If-Match": '"7"'}).status == 412
        check_in(user, session)
        refused = no_show(session)
        assert (refused.status, refused.code) == (409, "not_missed")

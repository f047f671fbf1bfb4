"""POST /admin/sessions/{session_id}/cancel."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from session.events import SessionBooked
from solo60 import clock
from solo60.ids import new_id
from tests.conftest import outbox
from tests.fakes.meanwhile import meanwhile
from tests.handlers.gym.making import ADMIN
from tests.handlers.session import world
from tests.handlers.session.administration.overseeing import cancel, looked_at
from tests.handlers.session.world import START, add_gym, book, check_in, credits_of, member_with, session_of

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(("refund", "credits"), [("full", 100), ("none", 92)])
@pytest.mark.parametrize("moment", [START - timedelta(days=1), START - HOUR, START + HOUR / 2])
def test_what_goes_back_is_said_by_the_admin(refund: str, credits: int, moment: datetime) -> None:
    gym, user = add_gym(), member_with(100)
    session = book(user, gym, START).json["id"]
    with clock.at(moment):
        answer = cancel(session, refund)
    assert (answer.status, answer.json["status"]) == (200, "cancelled")
    assert answer.json["refunded_credits"] == credits - 92
    assert (credits_of(user), world.taken_slots()) == (credits, 0)
    [event] = outbox("session", "SessionCancelled")
    assert event["data"]["reason"] == "The heating has failed."
    step = looked_at(session).json["log"][-1]
    assert (step["step"], step["actor"], step["actor_id"]) == ("cancelled", "admin", ADMIN)
    assert step["details"] == {"reason": "The heating has failed."}


def test_without_a_refund_a_rebooking_gives_nothing_back() -> None:
    gym, user, other = add_gym(), member_with(100), member_with(100)
    session = book(user, gym, START).json["id"]
    cancel(session, "none")
    book(other, gym, START)
    [booked] = [each for each in outbox("session", "SessionBooked") if each["data"]["user_id"] == other]
    assert world.settle_rebookings(SessionBooked.model_validate(booked["data"])) == 0
    assert credits_of(user) == 92


def test_it_is_cancelled_once() -> None:
    gym, user = add_gym(), member_with(100)
    session = book(user, gym, START).json["id"]
    meanwhile(lambda: world.cancel(user, session))
    assert cancel(session).status == 200
    assert cancel(session).status == 200
    assert (credits_of(user), len(outbox("session", "SessionCancelled"))) == (100, 1)


def test_what_is_in_use_or_over_is_not_cancelled() -> None:
    gym, user = add_gym(), member_with(100)
    session = book(user, gym, START).json["id"]
    assert cancel(session, headers={"If-Match": '"7"'}).status == 412
    assert cancel(new_id()).code == "session_not_found"
    with clock.at(START + HOUR):
        assert cancel(session).code == "not_cancellable"
    with clock.at(START):
        check_in(user, session)
        assert cancel(session).code == "not_cancellable"
    assert session_of(user, session)["status"] == "checked_in"

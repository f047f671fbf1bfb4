"""GET /admin/sessions/{session_id}."""

from __future__ import annotations

from datetime import timedelta

from solo60 import clock
from solo60.ids import new_id
from tests.handlers.session.administration.overseeing import looked_at
from tests.handlers.session.world import (
    NOW,
    START,
    add_gym,
    attend,
    book,
    check_in,
    member_with,
    move,
    session_of,
    text,
)

HOUR = timedelta(hours=1)


def test_a_session_with_who_did_what_and_when() -> None:
    gym, user = add_gym(), member_with(100)
    session = book(user, gym, START).json["id"]
    with clock.at(NOW + HOUR):
        move(user, session, START + HOUR)
    with clock.at(START + HOUR):
        check_in(user, session)
    attend(START + 3 * HOUR)
    answer = looked_at(session)
    assert answer.status == 200
    seen = dict(answer.json)
    log = seen.pop("log")
    assert seen == session_of(user, session)
    assert [(step["step"], step["at"], step["actor"], step["actor_id"]) for step in log] == [
        ("booked", text(NOW), "host", user),
        ("moved", text(NOW + HOUR), "host", user),
        ("checked_in", text(START + HOUR), "host", user),
        ("completed", text(START + 3 * HOUR), "company", None),
    ]
    assert log[1]["details"] == {
        "from": [text(START), text(START + HOUR)],
        "to": [text(START + HOUR), text(START + 2 * HOUR)],
    }


def test_what_is_not_there() -> None:
    assert looked_at(new_id()).code == "session_not_found"

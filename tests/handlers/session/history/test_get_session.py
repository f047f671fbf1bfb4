"""GET /sessions/{session_id}."""

from __future__ import annotations

from session.history.endpoints.get_session import handler as get_endpoint
from solo60.ids import new_id
from tests.conftest import Answer, call
from tests.handlers.session.world import (
    START,
    add_gym,
    book,
    cancel,
    counted_trips,
)


def test_one_session_is_shown_to_its_member_alone(rich: str) -> None:
    made = book(rich, add_gym(), START)
    with counted_trips() as trips:
        answer = call(get_endpoint, user=rich, path={"session_id": made.json["id"]})
    assert trips.operations == ["BatchGetItem"]
    assert (answer.status, answer.text, answer.headers["ETag"]) == (200, made.text, '"1"')
    for user, session in ((new_id(), made.json["id"]), (rich, new_id())):
        assert call(get_endpoint, user=user, path={"session_id": session}).code == "session_not_found"
    assert call(get_endpoint, user=rich, path={"session_id": "nonsense"}).status == 422
    assert call(get_endpoint, path={"session_id": made.json["id"]}).status == 401


def test_a_guest_sees_the_session_but_not_what_is_the_host_s_alone(rich: str) -> None:
    made = book(rich, add_gym(capacity=3), START, invitees=["Gail@Example.com", "other@example.com"])
    path = {"session_id": made.json["id"]}

    def seen_by(email: str) -> Answer:
        return call(get_endpoint, user=new_id(), email=email, path=path)

    answer = seen_by("gail@example.com")
    hidden = {"pots": [], "invitees": ["gail@example.com"]}
    assert (answer.status, answer.json) == (200, {**made.json, **hidden})
    assert seen_by("nobody@example.com").status == 404
    cancel(rich, made.json["id"])
    assert seen_by("gail@example.com").status == 404
    assert call(get_endpoint, user=rich, path=path).json["status"] == "cancelled"

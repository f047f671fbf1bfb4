"""GET /sessions/{session_id}/invitations."""

from __future__ import annotations

from datetime import timedelta

from session.invitations.endpoints.list_invitations import handler as list_endpoint
from solo60 import clock
from solo60.ids import new_id
from tests.conftest import call
from tests.handlers.session.invitations.inviting import accept, decline, hosted, invited, joined
from tests.handlers.session.world import NOW, ban, counted_trips


def test_the_host_sees_who_is_invited_and_what_they_said() -> None:
    host, session = hosted()
    ids = []
    for number, email in enumerate(("zoe@example.com", "gail@example.com", "adam@example.com")):
        with clock.at(NOW + timedelta(seconds=number)):
            ids.append(invited(host, session, email))
    first, second, third = ids
    yes, no = new_id(), new_id()
    with clock.at(NOW + timedelta(minutes=1)):
        accept(yes, "zoe@example.com", first)
        decline(no, "adam@example.com", third)
    with counted_trips() as trips:
        answer = call(list_endpoint, user=host, path={"session_id": session})
    assert trips.operations == ["BatchGetItem", "Query"]
    shown = [(item["id"], item["status"], item["user_id"]) for item in answer.json["items"]]
    assert shown == [(first, "accepted", yes), (second, "pending", None), (third, "declined", no)]
    answered = "2026-03-02T09:01:00Z"
    assert [item["answered_at"] for item in answer.json["items"]] == [answered, None, answered]
    assert answer.json["next_cursor"] is None


def test_only_the_host_sees_it() -> None:
    host, session = hosted()
    guest = joined(host, session, "gail@example.com")
    path = {"session_id": session}
    for user in (guest, new_id()):
        assert call(list_endpoint, user=user, email="gail@example.com", path=path).code == "session_not_found"
    assert call(list_endpoint, user=host, path={"session_id": new_id()}).status == 404
    assert call(list_endpoint, path=path).status == 401
    ban(host)
    assert call(list_endpoint, user=host, path=path).status == 200

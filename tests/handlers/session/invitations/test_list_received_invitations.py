"""GET /sessions/invitations."""

from __future__ import annotations

from datetime import date, timedelta

from session.invitations.endpoints.list_received_invitations import handler as received_endpoint
from solo60 import clock
from solo60.ids import new_id
from solo60.unit_of_work import UnitOfWork
from tests.conftest import call
from tests.handlers.session.invitations.inviting import accept, decline, invited, received, session_at
from tests.handlers.session.world import NOW, START, add_gym, book, cancel, counted_trips, member_with
from user.published import create_profile

GAIL = "gail@example.com"


def host_named(first_name: str) -> str:
    """A host with credits and a profile."""
    host = member_with(100)
    names = {"email": f"{host[-6:]}@example.com", "first_name": first_name, "last_name": "Example"}
    born = date(1990, 12, 10)
    UnitOfWork().run(
        lambda work: create_profile(work, host, **names, date_of_birth=born, phone=None, registered_at=NOW)
    )
    return host


def test_an_invitation_tells_who_invites_to_which_session_and_nothing_more() -> None:
    host = host_named("Robin")
    session = session_at(host, add_gym(capacity=4), invitees=["other@example.com"])
    invitation = invited(host, session, GAIL)
    with counted_trips() as trips:
        (item,) = received(GAIL)
    assert trips.operations == ["Query", "BatchGetItem"]
    assert item == {
        "id": invitation,
        "status": "pending",
        "host_name": "Robin",
        "invited_at": "2026-03-02T09:00:00Z",
        "answered_at": None,
        "session": {
            "id": session,
            "gym_id": item["session"]["gym_id"],
            "gym_name": "Soho",
            "gym_address": "1 Wardour Street, London, W1D 6PA, GB",
            "timezone": "Europe/London",
            "starts_at": "2026-03-04T18:00:00Z",
            "ends_at": "2026-03-04T19:00:00Z",
            "booking_date": "2026-03-04",
            "start_time": "18:00",
            "end_time": "19:00",
            "duration": 60,
        },
    }
    assert received("nobody@example.com") == []
    assert call(received_endpoint).status == 401


def test_only_what_is_pending_or_accepted_and_to_come_is_listed() -> None:
    user, gym = new_id(), add_gym(buffer_minutes=0)
    found: dict[str, str] = {}
    sessions: dict[str, tuple[str, str]] = {}
    for number, name in enumerate(("pending", "accepted", "declined", "cancelled")):
        host = member_with(100)
        session = book(host, gym, START + timedelta(hours=number)).json["id"]
        with clock.at(NOW + timedelta(minutes=number)):
            found[name] = invited(host, session, GAIL)
        sessions[name] = (host, session)
    accept(user, GAIL, found["accepted"])
    decline(user, GAIL, found["declined"])
    cancel(*sessions["cancelled"])
    assert [item["id"] for item in received(GAIL)] == [found["accepted"], found["pending"]]
    with clock.at(START + timedelta(minutes=90)):  # the accepted one is going on
        assert [item["id"] for item in received(GAIL)] == [found["accepted"]]
    with clock.at(START + timedelta(hours=2)):
        assert received(GAIL) == []


def test_pages_go_on_where_the_last_one_ended() -> None:
    user, gym = new_id(), add_gym(buffer_minutes=0)
    ids = []
    for number in range(5):
        host = member_with(100)
        session = book(host, gym, START + timedelta(hours=number)).json["id"]
        with clock.at(NOW + timedelta(minutes=number)):
            ids.append(invited(host, session, GAIL))
    seen: list[str] = []
    query: dict[str, object] = {"limit": 2}
    while True:
        page = call(received_endpoint, user=user, email=GAIL, query=query).json
        seen += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert seen == ids[::-1]
    other = call(received_endpoint, user=new_id(), email=GAIL, query=query)
    assert other.code == "invalid_cursor"

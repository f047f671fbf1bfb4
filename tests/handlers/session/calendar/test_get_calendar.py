"""GET /sessions/{session_id}/calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from session.calendar.endpoints.get_calendar import handler as get_endpoint
from solo60 import clock
from solo60.ids import new_id
from tests.conftest import Answer, call, outbox
from tests.handlers.session.calendar.reading import download, events_of, feed, new_feed, shown
from tests.handlers.session.invitations.inviting import accept, decline, hosted, invited, joined
from tests.handlers.session.world import NOW, START, ban, cancel, counted_trips, extend, move

GAIL = "gail@example.com"


def test_the_host_and_a_guest_who_has_accepted_get_the_same_entry() -> None:
    host, session = hosted()
    guest = joined(host, session, GAIL)
    with counted_trips() as trips:
        answer = download(host, session)
    assert trips.operations == ["BatchGetItem"]
    assert answer.text == download(guest, session).text
    assert answer.headers["Content-Disposition"] == 'attachment; filename="session.ics"'
    (event,) = events_of(answer)
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (START, START + timedelta(hours=1))
    assert (event["SUMMARY"], event["STATUS"]) == ("Session at Soho", "CONFIRMED")
    assert "ATTENDEE" not in event
    assert "METHOD:PUBLISH" in answer.text


def test_one_identity_in_download_feed_and_event_at_each_step() -> None:
    host, session = hosted()
    guest = joined(host, session, GAIL)
    tokens = [new_feed(host), new_feed(guest)]
    steps: list[Callable[[], Answer]] = [
        lambda: move(host, session, START + timedelta(hours=2)),
        lambda: extend(host, session, 30),
        lambda: cancel(host, session),
    ]
    for sequence in range(4):
        if sequence:
            assert steps[sequence - 1]().status == 200
        expected = [(f"{session}@solo60", sequence, "CANCELLED" if sequence == 3 else "CONFIRMED")]
        answers = [download(host, session), download(guest, session), *(feed(token) for token in tokens)]
        assert [shown(answer) for answer in answers] == [expected] * 4
    for number, name in enumerate(("SessionMoved", "SessionExtended", "SessionCancelled"), 1):
        (event,) = outbox("session", name)
        assert (event["data"]["sequence"], event["data"]["guests"]) == (number, [guest])


def test_who_was_only_invited_or_has_left_gets_none() -> None:
    host, session = hosted()
    user, invitation = new_id(), invited(host, session, GAIL)
    path = {"session_id": session}
    assert call(get_endpoint, user=user, email=GAIL, path=path).code == "session_not_found"
    accept(user, GAIL, invitation)
    assert download(user, session).status == 200
    decline(user, GAIL, invitation)
    assert download(user, session).code == "session_not_found"
    assert download(host, new_id()).status == 404
    assert call(get_endpoint, path=path).status == 401


def test_what_has_not_changed_is_not_sent_again() -> None:
    host, session = hosted()
    first = download(host, session)
    assert first.headers["Cache-Control"] == "private, no-cache"
    with clock.at(NOW + timedelta(hours=1)):
        again = download(host, session, **{"If-None-Match": first.headers["ETag"]})
        assert (again.status, again.text) == (304, "")
        cancel(host, session)
        changed = download(host, session, **{"If-None-Match": first.headers["ETag"]})
    assert (changed.status, shown(changed)[0][2]) == (200, "CANCELLED")
    assert events_of(changed)[0]["DTSTAMP"].dt == NOW + timedelta(hours=1)


def test_a_banned_member_still_reads_it() -> None:
    host, session = hosted()
    ban(host)
    assert download(host, session).status == 200

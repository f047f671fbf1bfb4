"""GET /sessions/calendar-feed/{token}."""

from __future__ import annotations

from datetime import timedelta

from solo60 import clock
from solo60.ids import new_id
from tests.handlers.session.calendar.reading import feed, new_feed, shown
from tests.handlers.session.invitations.inviting import accept, decline, invited, joined
from tests.handlers.session.world import NOW, START, add_gym, book, cancel, counted_trips, member_with

GAIL = "gail@example.com"


def test_a_feed_has_own_sessions_and_those_of_others_in_the_order_of_their_starts() -> None:
    user, other, gym = member_with(100), member_with(100), add_gym(buffer_minutes=0)
    own, theirs, cancelled = (
        book(who, gym, START + timedelta(hours=hours)).json["id"] for who, hours in ((user, 3), (other, 1), (user, 2))
    )
    accept(user, GAIL, invited(other, theirs, GAIL))
    cancel(user, cancelled)
    token = new_feed(user)
    with counted_trips() as trips:
        answer = feed(token)
    assert trips.operations == ["BatchGetItem", "Query", "Query", "Query", "BatchGetItem"]
    assert shown(answer) == [
        (f"{theirs}@solo60", 0, "CONFIRMED"),
        (f"{cancelled}@solo60", 1, "CANCELLED"),
        (f"{own}@solo60", 0, "CONFIRMED"),
    ]


def test_a_feed_is_one_members_alone() -> None:
    user, other, gym = member_with(100), member_with(100), add_gym()
    session = book(user, gym, START).json["id"]
    guest, invitation = new_id(), invited(user, session, GAIL)
    assert shown(feed(new_feed(other))) == shown(feed(new_feed(guest))) == []  # invited is not accepted
    accept(guest, GAIL, invitation)
    token = new_feed(guest)
    assert len(shown(feed(token))) == 1
    decline(guest, GAIL, invitation)
    assert shown(feed(token)) == []


def test_sessions_stay_for_thirty_days() -> None:
    user, gym = member_with(100), add_gym()
    session = book(user, gym, START).json["id"]
    guest = joined(user, session, GAIL)
    tokens = new_feed(user), new_feed(guest)
    end = START + timedelta(hours=1)
    with clock.at(end + timedelta(days=30) - timedelta(seconds=1)):
        assert [len(shown(feed(token))) for token in tokens] == [1, 1]
    with clock.at(end + timedelta(days=30, seconds=1)):
        assert [shown(feed(token)) for token in tokens] == [[], []]


def test_what_opens_nothing_is_not_found() -> None:
    known = new_feed(new_id())
    for token in ("0" * 43, known[1:] + "x"):
        answer = feed(token)
        assert (answer.status, answer.code) == (404, "feed_not_found")
    for token in ("unknown", known[1:], known + "x", "%00"):
        assert feed(token).status == 422


def test_a_feed_that_has_not_changed_is_not_sent_again() -> None:
    user, gym = member_with(100), add_gym()
    session = book(user, gym, START).json["id"]
    token = new_feed(user)
    first = feed(token)
    assert first.headers["Cache-Control"] == "private, no-cache"
    with clock.at(NOW + timedelta(hours=5)):
        assert feed(token, **{"If-None-Match": first.headers["ETag"]}).status == 304
        cancel(user, session)
        assert feed(token, **{"If-None-Match": first.headers["ETag"]}).status == 200

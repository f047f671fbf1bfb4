"""POST /sessions/invitations/{invitation_id}/accept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from session.invitations.endpoints.accept_invitation import handler as accept_endpoint
from solo60 import clock
from solo60.ids import new_id
from tests.conftest import call, outbox
from tests.fakes.meanwhile import meanwhile
from tests.handlers.session.invitations.inviting import (
    accept,
    decline,
    guests_in_table,
    hosted,
    invited,
    joined,
    received,
    said,
    sees,
    session_at,
    withdraw,
)
from tests.handlers.session.world import START, add_gym, ban, cancel, change_gym, counted_trips, member_with

GAIL = "gail@example.com"
FINN = "finn@example.com"


def test_who_accepts_is_a_guest_of_the_session() -> None:
    host, session = hosted()
    user, invitation = new_id(), invited(host, session, GAIL)
    answer = accept(user, "Gail@Example.com", invitation, key="k")
    assert answer.status == 200, answer.text
    assert (answer.json["status"], answer.json["session"]["id"]) == ("accepted", session)
    assert accept(user, GAIL, invitation, key="k").headers["Idempotent-Replayed"] == "true"
    assert accept(user, GAIL, invitation).json == answer.json
    assert said(host, session) == {GAIL: "accepted"}
    assert guests_in_table(session) == {user}
    assert sees(user, GAIL, session)
    (event,) = outbox("session", "InvitationAccepted")
    assert (event["data"]["user_id"], event["data"]["guest_id"], event["data"]["guests"]) == (host, user, [user])


def test_an_invitation_is_only_for_its_own_address() -> None:
    host, session = hosted()
    invitation = invited(host, session, "New.Guest@Example.com")
    stranger = new_id()
    assert accept(stranger, "other@example.com", invitation).code == "invitation_not_found"
    assert decline(stranger, "other@example.com", invitation).code == "invitation_not_found"
    assert accept(host, f"{host[-6:]}@example.com", invitation).code == "invitation_not_found"
    assert said(host, session) == {"new.guest@example.com": "pending"}
    path = {"invitation_id": invitation}
    unverified = call(accept_endpoint, user=stranger, email="new.guest@example.com", verified=False, path=path)
    assert (unverified.status, unverified.code) == (403, "email_not_verified")
    assert accept(stranger, "NEW.guest@example.com", invitation).status == 200
    assert accept(stranger, GAIL, new_id()).code == "invitation_not_found"
    assert call(accept_endpoint, path=path).status == 401


def test_who_comes_too_late_for_the_last_place_stays_pending() -> None:
    host, session = hosted(capacity=2)
    first, second = invited(host, session, GAIL), invited(host, session, FINN)
    winner, loser = new_id(), new_id()
    assert accept(winner, GAIL, first).status == 200
    answer = accept(loser, FINN, second, key="k")
    assert (answer.status, answer.code) == (409, "session_full")
    assert said(host, session) == {GAIL: "accepted", FINN: "pending"}
    assert guests_in_table(session) == {winner}
    assert len(outbox("session", "InvitationAccepted")) == 1
    assert decline(winner, GAIL, first).status == 200
    assert accept(loser, FINN, second, key="k").status == 200


def test_of_two_who_meet_at_the_last_place_one_has_it() -> None:
    host, session = hosted(capacity=2)
    first, second = invited(host, session, GAIL), invited(host, session, FINN)
    winner = new_id()
    meanwhile(lambda: accept(winner, GAIL, first))
    assert accept(new_id(), FINN, second).code == "session_full"
    assert guests_in_table(session) == {winner}
    assert said(host, session) == {GAIL: "accepted", FINN: "pending"}


def test_one_guest_who_accepts_twice_at_the_same_time_has_one_place() -> None:
    host, session = hosted()
    user, invitation = new_id(), invited(host, session, GAIL)
    meanwhile(lambda: accept(user, GAIL, invitation))
    assert accept(user, GAIL, invitation).status == 200
    assert len(outbox("session", "InvitationAccepted")) == 1
    assert joined(host, session, FINN) in guests_in_table(session)


def test_a_lower_capacity_throws_nobody_out_and_lets_nobody_in() -> None:
    host, gym = member_with(100), add_gym(capacity=4)
    session = session_at(host, gym)
    guests = {joined(host, session, GAIL), joined(host, session, FINN)}
    late = invited(host, session, "late@example.com")
    change_gym(gym, capacity=2)
    assert accept(new_id(), "late@example.com", late).code == "session_full"
    assert guests_in_table(session) == guests
    assert said(host, session)[GAIL] == "accepted"
    change_gym(gym, capacity=4)
    assert accept(new_id(), "late@example.com", late).status == 200


def test_a_capacity_that_is_lowered_in_the_middle_counts() -> None:
    host, gym = member_with(100), add_gym(capacity=2)
    session = session_at(host, gym)
    invitation = invited(host, session, GAIL)
    meanwhile(lambda: change_gym(gym, capacity=1))
    assert accept(new_id(), GAIL, invitation).code == "session_full"
    assert guests_in_table(session) == set()


def test_an_invitation_expires_at_the_start() -> None:
    host, session = hosted()
    invitation = invited(host, session, GAIL)
    with clock.at(START - timedelta(microseconds=1)):
        assert len(received(GAIL)) == 1
    with clock.at(START):
        assert received(GAIL) == []
        assert said(host, session) == {GAIL: "expired"}
        answer = accept(new_id(), GAIL, invitation)
        assert (answer.status, answer.code) == (409, "invitation_closed")
        assert not sees(new_id(), GAIL, session)


@pytest.mark.parametrize("how", ["declined", "withdrawn", "cancelled"])
def test_what_was_declined_or_withdrawn_is_not_accepted(how: str) -> None:
    host, session = hosted()
    user, invitation = new_id(), invited(host, session, GAIL)
    if how == "declined":
        decline(user, GAIL, invitation)
    elif how == "withdrawn":
        withdraw(host, session, invitation)
    else:
        cancel(host, session)
    answer = accept(user, GAIL, invitation)
    assert (answer.status, answer.code) == (409, "invitation_closed")
    assert said(host, session) == {GAIL: "declined" if how == "declined" else "withdrawn"}
    assert guests_in_table(session) == set()


@pytest.mark.parametrize("how", ["withdrawn", "cancelled"])
def test_a_host_who_is_faster_lets_nobody_in(how: str) -> None:
    host, session = hosted()
    invitation = invited(host, session, GAIL)
    act = {"withdrawn": lambda: withdraw(host, session, invitation), "cancelled": lambda: cancel(host, session)}[how]
    meanwhile(act)
    assert accept(new_id(), GAIL, invitation).code == "invitation_closed"
    assert guests_in_table(session) == set()
    assert outbox("session", "InvitationAccepted") == []


def test_a_guest_who_is_faster_than_a_cancellation_is_told_of_it() -> None:
    host, session = hosted()
    user, invitation = new_id(), invited(host, session, GAIL)
    meanwhile(lambda: accept(user, GAIL, invitation))
    assert cancel(host, session).status == 200
    (event,) = outbox("session", "SessionCancelled")
    assert event["data"]["guests"] == [user]
    assert sees(user, GAIL, session)  # what has become of it


def test_a_banned_member_accepts_nothing() -> None:
    host, session = hosted()
    user, invitation = new_id(), invited(host, session, GAIL)
    ban(user)
    assert accept(user, GAIL, invitation).code == "account_banned"
    assert said(host, session) == {GAIL: "pending"}


def test_a_guest_may_have_a_session_of_the_same_time() -> None:
    """Only a member's own sessions exclude each other: whoever has booked elsewhere may still choose."""
    host, session = hosted()
    user = member_with(100)
    session_at(user, add_gym())
    assert accept(user, GAIL, invited(host, session, GAIL)).status == 200


def test_accepting_with_a_key_makes_three_trips() -> None:
    host, session = hosted()
    invitation = invited(host, session, GAIL)
    with counted_trips() as trips:
        assert accept(new_id(), GAIL, invitation, key="k").status == 200
    assert len(trips) == 3

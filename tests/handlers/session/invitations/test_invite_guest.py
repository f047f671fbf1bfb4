"""POST /sessions/{session_id}/invitations."""

from __future__ import annotations

from datetime import timedelta

import pytest

from session.invitations.endpoints.invite_guest import handler as invite_endpoint
from session.invitations.sending import MAX_SENT
from solo60 import clock
from solo60.ids import new_id
from tests.conftest import call, outbox
from tests.fakes.meanwhile import meanwhile
from tests.handlers.session.invitations.inviting import (
    accept,
    decline,
    hosted,
    invite,
    invited,
    joined,
    received,
    said,
    session_at,
    withdraw,
)
from tests.handlers.session.world import START, add_gym, ban, book, cancel, counted_trips, member_with, refused

GAIL = "gail@example.com"


def test_an_invitation_waits_for_its_address_in_whatever_spelling() -> None:
    host, session = hosted()
    answer = invite(host, session, " Gail@Example.COM ", key="k")
    assert (answer.status, answer.json["email"], answer.json["status"]) == (201, GAIL, "pending")
    assert (answer.json["user_id"], answer.json["answered_at"]) == (None, None)
    assert invite(host, session, GAIL, key="k").text == answer.text
    assert said(host, session) == {GAIL: "pending"}
    assert [item["id"] for item in received("GAIL@example.com")] == [answer.json["id"]]
    (event,) = outbox("session", "InvitationSent")
    assert (event["data"]["email"], event["data"]["invitation_id"]) == (GAIL, answer.json["id"])
    assert event["data"]["user_id"] == host


def test_an_address_that_is_invited_keeps_its_invitation_and_gets_no_second_mail() -> None:
    host, session = hosted()
    first = invited(host, session, GAIL)
    assert invite(host, session, "GAIL@example.com").json["id"] == first
    assert accept(new_id(), GAIL, first).status == 200
    again = invite(host, session, GAIL)
    assert (again.status, again.json["id"], again.json["status"]) == (201, first, "accepted")
    assert len(outbox("session", "InvitationSent")) == 1


def test_two_requests_for_one_address_that_meet_make_one_invitation() -> None:
    host, session = hosted()
    meanwhile(lambda: invite(host, session, GAIL))
    assert invite(host, session, GAIL).status == 201
    assert said(host, session) == {GAIL: "pending"}
    assert len(outbox("session", "InvitationSent")) == 1


@pytest.mark.parametrize("how", ["declined", "left", "withdrawn"])
def test_who_is_invited_again_may_accept_again(how: str) -> None:
    host, session = hosted()
    user, first = new_id(), invited(host, session, GAIL)
    if how != "declined":
        accept(user, GAIL, first)
    if how == "withdrawn":
        withdraw(host, session, first)
    else:
        decline(user, GAIL, first)
    assert received(GAIL) == []
    again = invite(host, session, GAIL)
    assert (again.status, again.json["status"], again.json["user_id"]) == (201, "pending", None)
    assert len(received(GAIL)) == 1
    assert accept(user, GAIL, again.json["id"]).status == 200
    assert len(outbox("session", "InvitationSent")) == 2


def test_more_may_be_invited_than_there_are_places_but_ten_at_most_are_pending() -> None:
    host, session = hosted(capacity=2)
    ids = [invited(host, session, f"guest{number}@example.com") for number in range(10)]
    answer = invite(host, session, GAIL)
    assert (answer.status, answer.code) == (409, "too_many_invitations")
    assert GAIL not in said(host, session)
    decline(new_id(), "guest0@example.com", ids[0])
    assert invite(host, session, GAIL).status == 201
    accept(new_id(), "guest1@example.com", ids[1])  # one that is accepted does not wait any more
    assert invite(host, session, "one@example.com").status == 201
    assert invite(host, session, "two@example.com").code == "too_many_invitations"


def test_invitations_that_meet_are_ten_pending_at_most() -> None:
    host, session = hosted()
    for number in range(9):
        invited(host, session, f"guest{number}@example.com")
    meanwhile(lambda: invited(host, session, "faster@example.com"))
    assert invite(host, session, GAIL).code == "too_many_invitations"


def test_nobody_is_mailed_without_end_by_inviting_and_withdrawing() -> None:
    host, session = hosted()
    for number in range(MAX_SENT):
        assert withdraw(host, session, invited(host, session, f"guest{number % 3}@example.com")).status == 204
    assert invite(host, session, GAIL).code == "too_many_invitations"
    assert len(outbox("session", "InvitationSent")) == MAX_SENT


def test_the_host_is_no_guest() -> None:
    host, session = hosted()
    answer = invite(host, session, f"{host[-6:]}@EXAMPLE.com")
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "/email")
    assert invite(host, session, "nobody").status == 422
    assert said(host, session) == {}


def test_a_session_that_has_begun_or_is_cancelled_takes_no_guests() -> None:
    host, session = hosted()
    with clock.at(START - timedelta(seconds=1)):
        assert invite(host, session, "early@example.com").status == 201
    with clock.at(START):
        assert invite(host, session, GAIL).code == "invitations_closed"
    cancel(host, session)
    answer = invite(host, session, GAIL)
    assert (answer.status, answer.code) == (409, "invitations_closed")


def test_a_cancellation_in_the_middle_leaves_no_invitation() -> None:
    host, session = hosted()
    meanwhile(lambda: cancel(host, session))
    assert invite(host, session, GAIL).code == "invitations_closed"
    assert (said(host, session), outbox("session", "InvitationSent")) == ({}, [])


def test_only_the_host_invites() -> None:
    host, session = hosted()
    guest = joined(host, session, GAIL)
    for user in (guest, new_id()):
        assert invite(user, session, "other@example.com").code == "session_not_found"
    assert invite(host, new_id(), GAIL).code == "session_not_found"
    assert call(invite_endpoint, path={"session_id": session}, body={"email": GAIL}).status == 401
    ban(host)
    assert invite(host, session, "other@example.com").code == "account_banned"


def test_an_invitation_changes_the_version_that_the_host_has_seen() -> None:
    host, session = hosted()
    invited(host, session, GAIL)
    assert cancel(host, session, seen=1).status == 412
    assert cancel(host, session, seen=2).status == 200


def test_the_invitees_of_a_booking_are_invited_with_it() -> None:
    host, gym = member_with(100), add_gym(capacity=3)
    own = f"{host[-6:]}@example.com"
    answer = book(host, gym, START, invitees=["Gail@Example.com", "gail@example.com", own, "finn@example.com"])
    assert (answer.status, answer.json["invitees"]) == (201, [GAIL, "finn@example.com"])
    assert said(host, answer.json["id"]) == {GAIL: "pending", "finn@example.com": "pending"}
    sent = [event["data"]["email"] for event in outbox("session", "InvitationSent")]
    assert sorted(sent) == ["finn@example.com", GAIL]
    (invitation,) = received(GAIL)
    assert accept(new_id(), GAIL, invitation["id"]).status == 200


def test_a_booking_that_is_refused_invites_nobody() -> None:
    gym = add_gym(capacity=3)
    assert book(member_with(100), gym, START).status == 201
    refused(book(member_with(100), gym, START, invitees=[GAIL]), "slot_taken")
    four = [f"guest{number}@example.com" for number in range(4)]
    assert book(member_with(100), gym, START + timedelta(hours=4), invitees=four).code == "too_many_invitees"
    assert received(GAIL) == received(four[0]) == []
    assert outbox("session", "InvitationSent") == []


def test_inviting_with_a_key_makes_two_trips() -> None:
    host = member_with(100)
    session = session_at(host, add_gym())
    with counted_trips() as trips:
        assert invite(host, session, GAIL, key="k").status == 201
    assert len(trips) == 2

"""POST /sessions/invitations/{invitation_id}/decline."""

from __future__ import annotations

from session.invitations.endpoints.decline_invitation import handler as decline_endpoint
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
    withdraw,
)
from tests.handlers.session.world import START, ban, cancel

GAIL = "gail@example.com"


def test_who_declines_is_no_guest_and_the_host_hears_of_it() -> None:
    host, session = hosted()
    user, invitation = new_id(), invited(host, session, GAIL)
    answer = decline(user, GAIL, invitation)
    assert (answer.status, answer.json["status"]) == (200, "declined")
    assert decline(user, GAIL, invitation).json == answer.json
    assert (said(host, session), received(GAIL), sees(user, GAIL, session)) == ({GAIL: "declined"}, [], False)
    (event,) = outbox("session", "InvitationDeclined")
    assert (event["data"]["guest_id"], event["data"]["left"]) == (user, False)


def test_a_guest_who_leaves_frees_the_place() -> None:
    host, session = hosted(capacity=2)
    user, invitation = new_id(), invited(host, session, GAIL)
    other = invited(host, session, "finn@example.com")
    accept(user, GAIL, invitation)
    assert accept(new_id(), "finn@example.com", other).code == "session_full"
    assert decline(user, GAIL, invitation).json["status"] == "declined"
    assert (guests_in_table(session), sees(user, GAIL, session)) == (set(), False)
    assert accept(new_id(), "finn@example.com", other).status == 200
    (event,) = outbox("session", "InvitationDeclined")
    assert (event["data"]["left"], event["data"]["guests"]) == (True, [])


def test_nothing_is_declined_after_the_start_or_after_the_host() -> None:
    host, session = hosted()
    guest = new_id()
    accepted, pending = invited(host, session, GAIL), invited(host, session, "finn@example.com")
    accept(guest, GAIL, accepted)
    with clock.at(START):
        assert decline(guest, GAIL, accepted).code == "invitation_closed"
        assert decline(new_id(), "finn@example.com", pending).code == "invitation_closed"
        assert guests_in_table(session) == {guest}
    withdraw(host, session, pending)
    assert decline(new_id(), "finn@example.com", pending).code == "invitation_closed"
    cancel(host, session)
    assert decline(guest, GAIL, accepted).code == "invitation_closed"


def test_an_answer_that_meets_a_withdrawal_comes_too_late() -> None:
    host, session = hosted()
    invitation = invited(host, session, GAIL)
    meanwhile(lambda: withdraw(host, session, invitation))
    assert decline(new_id(), GAIL, invitation).code == "invitation_closed"
    assert said(host, session) == {GAIL: "withdrawn"}


def test_one_guest_leaves_alone() -> None:
    host, session = hosted(capacity=3)
    stays = joined(host, session, "finn@example.com")
    user, invitation = new_id(), invited(host, session, GAIL)
    accept(user, GAIL, invitation)
    decline(user, GAIL, invitation)
    assert guests_in_table(session) == {stays}
    assert sees(stays, "finn@example.com", session)


def test_strangers_and_banned_members_decline_nothing() -> None:
    host, session = hosted()
    user, invitation = new_id(), invited(host, session, GAIL)
    assert decline(new_id(), "other@example.com", invitation).code == "invitation_not_found"
    assert decline(user, GAIL, new_id()).code == "invitation_not_found"
    assert call(decline_endpoint, path={"invitation_id": invitation}).status == 401
    ban(user)
    assert decline(user, GAIL, invitation).code == "account_banned"
    assert said(host, session) == {GAIL: "pending"}

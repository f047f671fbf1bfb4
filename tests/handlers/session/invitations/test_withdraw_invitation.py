"""DELETE /sessions/{session_id}/invitations/{invitation_id}."""

from __future__ import annotations

from session.invitations.endpoints.withdraw_invitation import handler as withdraw_endpoint
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
    received,
    said,
    sees,
    withdraw,
)
from tests.handlers.session.world import START, ban, cancel

GAIL = "gail@example.com"


def test_what_is_withdrawn_is_gone_for_its_address() -> None:
    host, session = hosted()
    invitation = invited(host, session, GAIL)
    assert withdraw(host, session, invitation).status == 204
    assert withdraw(host, session, invitation).status == 204
    assert (said(host, session), received(GAIL)) == ({GAIL: "withdrawn"}, [])
    assert not sees(new_id(), GAIL, session)
    (event,) = outbox("session", "InvitationWithdrawn")
    assert event["data"]["guest_id"] is None


def test_a_guest_whose_invitation_is_withdrawn_loses_the_place() -> None:
    host, session = hosted(capacity=2)
    user, invitation = new_id(), invited(host, session, GAIL)
    accept(user, GAIL, invitation)
    assert withdraw(host, session, invitation).status == 204
    assert (guests_in_table(session), sees(user, GAIL, session)) == (set(), False)
    (event,) = outbox("session", "InvitationWithdrawn")
    assert (event["data"]["guest_id"], event["data"]["guests"]) == (user, [])
    assert accept(new_id(), "finn@example.com", invited(host, session, "finn@example.com")).status == 200


def test_an_accept_in_the_middle_is_withdrawn_too() -> None:
    host, session = hosted()
    user, invitation = new_id(), invited(host, session, GAIL)
    meanwhile(lambda: accept(user, GAIL, invitation))
    assert withdraw(host, session, invitation).status == 204
    assert guests_in_table(session) == set()
    assert outbox("session", "InvitationWithdrawn")[0]["data"]["guest_id"] == user


def test_what_was_declined_stays_declined() -> None:
    host, session = hosted()
    invitation = invited(host, session, GAIL)
    decline(new_id(), GAIL, invitation)
    assert withdraw(host, session, invitation).status == 204
    assert said(host, session) == {GAIL: "declined"}
    assert outbox("session", "InvitationWithdrawn") == []


def test_nothing_is_withdrawn_from_a_session_that_has_begun_or_is_cancelled() -> None:
    host, session = hosted()
    invitation = invited(host, session, GAIL)
    with clock.at(START):
        assert withdraw(host, session, invitation).code == "invitations_closed"
    cancel(host, session)
    assert withdraw(host, session, invitation).code == "invitations_closed"


def test_only_the_host_withdraws_and_only_from_the_own_session() -> None:
    host, session = hosted()
    other_host, other_session = hosted()
    invitation = invited(host, session, GAIL)
    invited(other_host, other_session, GAIL)
    assert withdraw(other_host, session, invitation).code == "session_not_found"
    assert withdraw(other_host, other_session, invitation).code == "invitation_not_found"
    assert withdraw(host, session, new_id()).code == "invitation_not_found"
    assert withdraw(host, new_id(), invitation).code == "session_not_found"
    path = {"session_id": session, "invitation_id": invitation}
    assert call(withdraw_endpoint, path=path).status == 401
    ban(host)
    assert withdraw(host, session, invitation).code == "account_banned"
    assert said(host, session) == said(other_host, other_session) == {GAIL: "pending"}

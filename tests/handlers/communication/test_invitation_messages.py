"""Messages about invitations: to addresses that may be nobody's, to hosts and to guests."""

from __future__ import annotations

from typing import Any

import icalendar
import pytest

from communication.consumers.compose_messages import handler
from communication.endpoints.list_messages import handler as history
from communication.providers.port import Email
from solo60.ids import new_id
from tests.conftest import call, outbox
from tests.handlers.communication.conftest import Service

TIME = "Shoreditch, Tuesday 3 March 2026, 19:00 to 20:30 GMT"
INVITATION = "0197a000-0000-7000-8000-0000000000e1"


def guest_of(service: Service) -> str:
    """A member who is a guest."""
    guest = new_id()
    service.register(guest, email="gail@example.com", first_name="Gail", last_name="Guest")
    return guest


def to(service: Service, address: str) -> Email:
    """The one mail to an address."""
    (mail,) = [mail for mail in service.first.sent if mail.to == address]
    return mail


def entry_of(mail: Email) -> tuple[str, Any]:
    """The method of a mail's calendar, and its one event."""
    (invitation,) = mail.alternatives
    calendar = icalendar.Calendar.from_ical(invitation.content)
    (event,) = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), event


def notices() -> list[tuple[str, str]]:
    """Who was told what in the app."""
    events = [event["data"] for event in outbox("communication", "NotificationRequested")]
    return [(data["user_id"], data["content"]) for data in events]


def test_an_invitation_is_mailed_to_an_address_that_may_be_nobody_s(
    service: Service, member: str, session_event: dict[str, Any]
) -> None:
    service.register(member)
    data = {**session_event, "invitation_id": INVITATION, "email": "gail@example.com"}
    assert service.hear("session", "InvitationSent", data)
    service.deliver_all()
    mail = to(service, "gail@example.com")
    assert mail.subject == "Robin Example invites you to train at Shoreditch"
    for part in (mail.text, mail.html):
        assert "Hello there," in part
        assert "register with this e-mail address" in part
        assert "about your SOLO60 account" not in part
    assert (mail.alternatives, mail.attachments) == ((), ())
    assert notices() == []
    assert call(history, user=member).json["items"] == []  # it is not a message to the host


def test_who_accepts_gets_the_calendar_entry_and_the_host_is_told(
    service: Service, member: str, session_event: dict[str, Any]
) -> None:
    service.register(member)
    guest = guest_of(service)
    service.hear("session", "SessionBooked", session_event)
    data = {**session_event, "invitation_id": INVITATION, "guest_id": guest, "guests": [guest]}
    assert service.hear("session", "InvitationAccepted", data)
    service.deliver_all()
    method, entry = entry_of(to(service, "gail@example.com"))
    assert (method, entry["ATTENDEE"], entry["STATUS"]) == ("REQUEST", "mailto:gail@example.com", "CONFIRMED")
    _, own = entry_of(to(service, "robin@example.com"))
    for name in ("UID", "SEQUENCE", "ORGANIZER", "DTSTART", "DTEND"):
        assert entry[name] == own[name]
    assert "Robin Example expects you" in to(service, "gail@example.com").text
    assert (member, f"Gail Guest has accepted your invitation to {TIME}") in notices()
    assert (guest, f"You are coming: {TIME}") in notices()


def test_who_declines_hears_nothing_and_the_host_is_told(
    service: Service, member: str, session_event: dict[str, Any]
) -> None:
    service.register(member)
    guest = guest_of(service)
    data = {**session_event, "invitation_id": INVITATION, "guest_id": guest, "left": False}
    assert service.hear("session", "InvitationDeclined", data)
    service.deliver_all()
    assert service.first.sent == []
    assert notices() == [(member, f"Gail Guest has declined your invitation to {TIME}")]


def test_a_guest_who_leaves_or_is_thrown_out_loses_the_calendar_entry(
    service: Service, member: str, session_event: dict[str, Any]
) -> None:
    service.register(member)
    guest = guest_of(service)
    common = {**session_event, "invitation_id": INVITATION, "guest_id": guest}
    service.hear("session", "InvitationDeclined", {**common, "left": True})
    service.hear("session", "InvitationWithdrawn", common)
    service.deliver_all()
    assert len(service.first.sent) == 2
    for reason in ("You have given your place back.", "The invitation was taken back."):
        (mail,) = [mail for mail in service.first.sent if reason in mail.text]
        method, entry = entry_of(mail)
        assert (mail.to, method, entry["STATUS"]) == ("gail@example.com", "CANCEL", "CANCELLED")
        assert entry["UID"] == f"{session_event['session_id']}@solo60"
    assert sorted(user for user, _ in notices()) == sorted([member, guest, guest])


def test_an_invitation_that_was_pending_is_withdrawn_without_a_word(
    service: Service, member: str, session_event: dict[str, Any]
) -> None:
    service.register(member)
    service.hear("session", "InvitationWithdrawn", {**session_event, "invitation_id": INVITATION, "guest_id": None})
    service.deliver_all()
    assert (service.first.sent, notices()) == ([], [])


def test_a_cancellation_is_told_to_all_guests_once(
    service: Service, member: str, session_event: dict[str, Any]
) -> None:
    service.register(member)
    guest, gone = guest_of(service), new_id()
    data = {**session_event, "sequence": 1, "refunded_credits": 12, "guests": [gone, guest]}
    event_id = new_id()
    for _ in range(2):
        assert service.hear("session", "SessionCancelled", data, event_id=event_id)
    service.deliver_all()
    assert "12 credits went back" in to(service, "robin@example.com").text
    mail = to(service, "gail@example.com")
    assert "credits" not in mail.text
    (_, own), (method, entry) = entry_of(to(service, "robin@example.com")), entry_of(mail)
    assert (method, entry["UID"], entry["SEQUENCE"]) == ("CANCEL", own["UID"], own["SEQUENCE"])


@pytest.mark.parametrize("name", ["SessionMoved", "SessionExtended"])
def test_a_change_is_told_to_guests_with_the_same_entry(
    service: Service, member: str, session_event: dict[str, Any], name: str
) -> None:
    service.register(member)
    guest = guest_of(service)
    previous = {"previous_starts_at": "2026-03-03T18:00:00Z", "previous_ends_at": "2026-03-03T19:00:00Z"}
    assert service.hear("session", name, {**session_event, **previous, "sequence": 2, "guests": [guest]})
    service.deliver_all()
    mail = to(service, "gail@example.com")
    assert mail.subject == f"Changed: {TIME}"
    assert "credits" not in mail.text
    (_, own), (method, entry) = entry_of(to(service, "robin@example.com")), entry_of(mail)
    assert (method, entry["SEQUENCE"], entry["STATUS"]) == ("REQUEST", 2, "CONFIRMED")
    for each in ("UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND"):
        assert entry[each] == own[each]


def test_guests_are_reminded_as_the_host_is(service: Service, member: str, session_event: dict[str, Any]) -> None:
    service.register(member)
    guest = guest_of(service)
    assert service.hear("session", "SessionReminderDue", {**session_event, "hours": 24, "guests": [guest]})
    service.deliver_all()
    assert to(service, "gail@example.com").subject == to(service, "robin@example.com").subject
    assert sorted(user for user, _ in notices()) == sorted([member, guest])


def test_a_host_who_is_gone_stops_no_message_to_a_guest(service: Service, session_event: dict[str, Any]) -> None:
    data = {**session_event, "user_id": new_id(), "invitation_id": INVITATION, "email": "gail@example.com"}
    assert service.hear("session", "InvitationSent", data)
    service.deliver_all()
    assert to(service, "gail@example.com").subject == "A member invites you to train at Shoreditch"
    assert handler.declaration.deduplicates

"""Events turned into mails and notices."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import icalendar
import pytest

from communication.consumers.compose_messages import handler
from communication.drafts import draft
from communication.endpoints.list_messages import handler as history
from communication.providers.port import Email
from solo60 import aws, clock
from solo60.ids import new_id
from solo60.transaction import Transaction
from tests.conftest import call, outbox
from tests.grants_in_use import by_others
from tests.handlers.communication.conftest import NOW, Service, verification
from user.published import create_profile


def test_there_is_a_draft_for_every_consumed_event() -> None:
    assert set(handler.declaration.events) == set(draft.registry) - {object}


def test_a_verification_code_is_mailed_to_the_address_in_the_event_before_any_contact_is_known(
    service: Service, member: str
) -> None:
    assert service.hear("auth", "VerificationCodeIssued", verification(member))
    service.deliver_all()
    (mail,) = service.first.sent
    assert (mail.to, mail.subject) == ("robin@example.com", "Your SOLO60 verification code")
    assert "482913" in mail.text
    assert "482913" in mail.html
    assert "Monday 2 March 2026, 10:15 GMT" in mail.text
    assert outbox("communication", "NotificationRequested") == []


def test_a_booking_gives_a_mail_with_its_calendar_entry_and_a_notice(
    service: Service, member: str, session_event: dict[str, Any]
) -> None:
    service.register(member)
    assert service.hear("session", "SessionBooked", session_event)
    service.deliver_all()
    (mail,) = service.first.sent
    assert mail.subject == "Booked: Shoreditch, Tuesday 3 March 2026, 19:00 to 20:30 GMT"
    assert mail.to_name == "Robin Example"
    for part in (mail.text, mail.html):
        assert "Hello Robin," in part
        assert "1 High Street, London" in part
        assert "1 hour 30 minutes" in part
        assert "12 credits" in part
        assert "Monday 2 March 2026, 19:00 GMT" in part
    (attachment,) = mail.attachments
    assert attachment.filename == "session.ics"
    calendar, entry = calendar_entry(mail)
    assert calendar["METHOD"] == "REQUEST"
    assert (entry["UID"], entry["SEQUENCE"]) == ("0197a000-0000-7000-8000-000000000001@solo60", 0)
    assert entry["ORGANIZER"] == "mailto:hello@solo60.example"
    assert entry["ATTENDEE"] == "mailto:robin@example.com"
    assert entry["ATTENDEE"].params["CN"] == "Robin Example"
    (event,) = outbox("communication", "NotificationRequested")
    assert event["data"] == {
        "notification_id": event["data"]["notification_id"],
        "user_id": member,
        "type": "booking_confirmed",
        "content": "Booked: Shoreditch, Tuesday 3 March 2026, 19:00 to 20:30 GMT",
        "link": f"/sessions/{session_event['session_id']}",
    }
    assert event["correlation_id"] == "test-correlation"


def test_a_cancellation_withdraws_the_calendar_entry(
    service: Service, member: str, session_event: dict[str, Any]
) -> None:
    service.register(member)
    service.hear("session", "SessionBooked", session_event)
    service.hear("session", "SessionCancelled", {**session_event, "sequence": 1, "refunded_credits": 12})
    service.deliver_all()
    mails = {mail.template: mail for mail in service.first.sent}
    booked, mail = mails["booking_confirmed"], mails["booking_cancelled"]
    assert "12 credits went back" in mail.text
    (_, offered), (calendar, withdrawn) = calendar_entry(booked), calendar_entry(mail)
    assert (calendar["METHOD"], withdrawn["STATUS"]) == ("CANCEL", "CANCELLED")
    assert withdrawn["SEQUENCE"] > offered["SEQUENCE"]
    for name in ("UID", "ORGANIZER", "ATTENDEE", "DTSTART", "DTEND"):
        assert withdrawn[name] == offered[name]


def calendar_entry(mail: Email) -> tuple[Any, Any]:
    """The calendar of a mail, which is the same as alternative and as file, and its event."""
    (invitation,), (attachment,) = mail.alternatives, mail.attachments
    assert invitation.content == attachment.part.content
    calendar = icalendar.Calendar.from_ical(invitation.content)
    assert dict(invitation.parameters) == {"charset": "utf-8", "method": calendar["METHOD"]}
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_a_cancellation_is_not_sent_after_the_start_of_the_session(
    service: Service, member: str, session_event: dict[str, Any]
) -> None:
    service.register(member)
    service.hear("session", "SessionCancelled", {**session_event, "refunded_credits": 12})
    (message_id,) = service.queued()
    with clock.at(NOW.replace(day=3, hour=19)):
        assert service.deliver(message_id)
    assert (service.message(message_id).status, service.message(message_id).reason) == ("skipped", "session_has_begun")


def test_the_mail_of_a_late_cancellation_says_that_there_is_no_refund(
    service: Service, member: str, session_event: dict[str, Any]
) -> None:
    service.register(member)
    service.hear("session", "SessionCancelled", {**session_event, "refunded_credits": 0})
    service.deliver_all()
    assert "The time for a refund had passed" in service.first.sent[0].text
    assert "went back" not in service.first.sent[0].text


@pytest.mark.parametrize(
    ("source", "name", "extra", "subject"),
    [
        (
            "session",
            "SessionRefunded",
            {"refunded_credits": 1},
            "Refunded: 1 credit for Shoreditch, Tuesday 3 March 2026",
        ),
        (
            "session",
            "SessionMoved",
            {
                "held_until": "2026-03-03T19:15:00Z",
                "previous_starts_at": "2026-03-03T15:00:00Z",
                "previous_ends_at": "2026-03-03T16:00:00Z",
            },
            "Changed: Shoreditch, Tuesday 3 March 2026, 19:00 to 20:30 GMT",
        ),
        (
            "session",
            "SessionExtended",
            {"held_until": "2026-03-03T19:15:00Z", "previous_ends_at": "2026-03-03T18:30:00Z"},
            "Changed: Shoreditch, Tuesday 3 March 2026, 19:00 to 20:30 GMT",
        ),
        (
            "payment",
            "CreditsPurchased",
            {"package_name": "Ten", "credits": 10, "price": {"amount": 9005, "currency": "GBP"}},
            "Receipt: Ten, £90.05",
        ),
        (
            "payment",
            "PaymentFailed",
            {"package_name": "Ten", "price": {"amount": 9005, "currency": "GBP"}, "reason": "card_declined"},
            "Payment failed: Ten",
        ),
    ],
)
def test_every_consumed_event_gives_one_mail_and_one_notification(
    service: Service,
    member: str,
    session_event: dict[str, Any],
    source: str,
    name: str,
    extra: dict[str, Any],
    subject: str,
) -> None:
    service.register(member)
    event = {**session_event, "purchase_id": new_id(), **extra}
    assert service.hear(source, name, event)
    service.deliver_all()
    assert [mail.subject for mail in service.first.sent] == [subject]
    assert len(outbox("communication", "NotificationRequested")) == 1


def test_the_owner_of_a_repeatedly_registered_address_is_informed(service: Service, member: str) -> None:
    service.register(member)
    service.hear("auth", "RegistrationRepeated", {"user_id": member, "email": "robin@example.com"})
    service.deliver_all()
    assert service.first.sent[0].subject == "You already have a SOLO60 account"


def test_the_code_of_a_reset_goes_to_the_address_that_asked(service: Service, member: str) -> None:
    """To the one of the event: a member without contact data gets it too."""
    expires_at = clock.to_rfc3339(clock.now() + timedelta(minutes=30))
    code = {"user_id": member, "email": "robin@example.com", "first_name": "Robin", "code": "482913"}
    service.hear("auth", "PasswordResetCodeIssued", {**code, "expires_at": expires_at})
    service.deliver_all()
    [mail] = service.first.sent
    assert (mail.to, mail.subject) == ("robin@example.com", "Reset your SOLO60 password")
    assert "482913" in mail.text
    assert outbox("communication", "NotificationRequested") == []


def test_a_member_is_told_of_a_change_of_the_password(service: Service, member: str) -> None:
    service.register(member)
    service.hear("auth", "PasswordChanged", {"user_id": member})
    service.deliver_all()
    [mail] = service.first.sent
    assert mail.subject == "Your SOLO60 password was changed"
    assert "If it was not you" in mail.text


def test_one_event_gives_one_message_per_channel_however_often_delivered(
    service: Service, member: str, session_event: dict[str, Any]
) -> None:
    service.register(member)
    event_id = new_id()
    for _ in range(40):
        assert service.hear("session", "SessionBooked", session_event, event_id=event_id)
    assert len(service.queued()) == 1
    assert len(outbox("communication", "NotificationRequested")) == 1
    answer = call(history, user=member)
    assert sorted(item["channel"] for item in answer.json["items"]) == ["email", "in_app"]


def test_an_event_takes_one_read_and_one_transaction(
    service: Service, member: str, session_event: dict[str, Any]
) -> None:
    service.register(member)
    event_id = new_id()
    trips: list[str] = []
    aws.client("dynamodb").meta.events.register("before-call.dynamodb", lambda model, **_: trips.append(model.name))
    for _ in range(2):
        assert service.hear("session", "SessionBooked", session_event, event_id=event_id)
    assert trips == ["BatchGetItem", "TransactWriteItems", "BatchGetItem"]


def test_a_booking_that_arrives_before_the_registration_is_retried(
    service: Service, member: str, session_event: dict[str, Any]
) -> None:
    event_id = new_id()
    assert not service.hear("session", "SessionBooked", session_event, event_id=event_id)
    assert service.queued() == []
    service.register(member)
    assert service.hear("session", "SessionBooked", session_event, event_id=event_id)
    assert len(service.queued()) == 1


@pytest.mark.parametrize("half", [False, True])
def test_what_arrives_before_the_contact_goes_by_the_profile(
    service: Service, member: str, session_event: dict[str, Any], half: bool
) -> None:
    """The profile is there from the verification on; the event about the new member may be slower than others."""
    if half:
        service.hear("auth", "EmailVerified", {"user_id": member, "email": "robin@example.com"})
    profile = Transaction()
    with by_others():
        create_profile(
            profile,
            member,
            email="robin@example.com",
            first_name="Robin",
            last_name="Example",
            date_of_birth=date(1990, 5, 1),
            phone=None,
            registered_at=NOW,
        )
        profile.commit()
    assert service.hear("session", "SessionBooked", session_event)
    service.deliver_all()
    [mail] = service.first.sent
    assert (mail.to, mail.to_name) == ("robin@example.com", "Robin Example")
    assert service.hear("auth", "RegistrationRepeated", {"user_id": member, "email": "robin@example.com"})
    assert len(service.queued()) == 2


def test_half_a_contact_is_not_enough(service: Service, member: str, session_event: dict[str, Any]) -> None:
    service.hear("auth", "EmailVerified", {"user_id": member, "email": "robin@example.com"})
    assert not service.hear("session", "SessionBooked", session_event)
    assert service.queued() == []


def test_nothing_is_stored_for_an_event_whose_transaction_fails(
    service: Service, member: str, session_event: dict[str, Any]
) -> None:
    service.register(member)
    event_id = new_id()

    def fail(**_: Any) -> None:
        raise RuntimeError("the table is gone")

    events = aws.client("dynamodb").meta.events
    events.register("before-call.dynamodb.TransactWriteItems", fail)
    assert not service.hear("session", "SessionBooked", session_event, event_id=event_id)
    events.unregister("before-call.dynamodb.TransactWriteItems", fail)
    assert service.queued() == []
    assert service.hear("session", "SessionBooked", session_event, event_id=event_id)
    assert len(service.queued()) == 1


def test_a_notification_about_a_started_session_is_skipped(
    service: Service, member: str, session_event: dict[str, Any]
) -> None:
    service.register(member)
    with clock.at(NOW.replace(day=4)):
        service.hear("session", "SessionBooked", session_event)
        service.deliver_all()
    assert service.first.sent == []
    assert outbox("communication", "NotificationRequested") == []
    answer = call(history, user=member)
    assert [item["status"] for item in answer.json["items"]] == ["skipped", "skipped"]


def test_a_booking_too_late_to_be_refunded_says_so(
    service: Service, member: str, session_event: dict[str, Any]
) -> None:
    service.register(member)
    service.hear("session", "SessionBooked", {**session_event, "refundable_until": "2026-03-02T09:00:00Z"})
    service.deliver_all()
    assert "too soon to be cancelled for a refund" in service.first.sent[0].text


@pytest.mark.parametrize(
    "name", ["<b>Robin</b>", "Robin\r\nBcc: everyone@example.com", "عمرو \u202eymA", "Zoë 🏋️‍♀️ & Co"]
)
def test_a_name_is_shown_unchanged_and_cannot_inject(
    service: Service, member: str, session_event: dict[str, Any], name: str
) -> None:
    service.register(member, first_name=name)
    service.hear("session", "SessionBooked", {**session_event, "gym_name": name})
    service.deliver_all()
    (mail,) = service.first.sent
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject
    assert "\u202e" not in mail.subject + mail.text + mail.html
    assert "<b>" not in mail.html
    assert "&amp;lt;" not in mail.html
    assert "&amp;amp;" not in mail.html
    if "<b>" in name:
        assert "&lt;b&gt;Robin&lt;/b&gt;" in mail.html
        assert "Hello <b>Robin</b>," in mail.text
        assert mail.subject.startswith("Booked: <b>Robin</b>, ")

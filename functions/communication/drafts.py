"""Drafts: the template, the channels and the variables of the message about each event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import singledispatch

from auth.events import (
    PasswordChanged,
    PasswordResetCodeIssued,
    RegistrationRepeated,
    SecondFactorCodeIssued,
    VerificationCodeIssued,
)
from communication import formatting
from communication.statuses import Channel
from payment.events import CreditsPurchased, PaymentFailed
from session.events import (
    InvitationAccepted,
    InvitationDeclined,
    InvitationSent,
    InvitationWithdrawn,
    SessionBooked,
    SessionCancelled,
    SessionEvent,
    SessionExtended,
    SessionMissed,
    SessionMoved,
    SessionRefunded,
    SessionReminderDue,
)
from solo60 import clock
from solo60.calendar import CalendarEntry, session_entry
from solo60.events import Event
from user.events import SecondFactorReset

BOTH = (Channel.EMAIL, Channel.IN_APP)
MAIL_ONLY = (Channel.EMAIL,)
IN_APP_ONLY = (Channel.IN_APP,)
UNKNOWN_NAME = "there"
"""The first name of an address that may be nobody's: the mail begins with "Hello there"."""


@dataclass(frozen=True)
class Recipient:
    """The recipient of a message."""

    user_id: str
    email: str
    first_name: str
    timezone: str
    last_name: str | None = None

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name or ''}".strip()


@dataclass(frozen=True)
class Draft:
    """A message before it has a recipient and is stored.

    Attributes
    ----------
    variables
        For the template; the recipient's `first_name` is added.
    names
        Further variables: the names of other members, by their user ids.
    link
        The target of the in-app notification.
    send_before
        The instant from which the message is useless.
    """

    template: str
    variables: dict[str, str]
    channels: tuple[Channel, ...] = BOTH
    link: str | None = None
    send_before: datetime | None = None
    calendar: CalendarEntry | None = None
    names: Mapping[str, str] = field(default_factory=dict)


def own_address(event: Event) -> tuple[str, str] | None:
    """Address and first name of an event that contains them, for members without a stored contact."""
    if isinstance(event, VerificationCodeIssued | PasswordResetCodeIssued):
        return event.email, event.first_name
    if isinstance(event, InvitationSent):
        return event.email, UNKNOWN_NAME
    return None


@singledispatch
def draft(event: Event, occurred_at: datetime, zone: str) -> Draft | None:
    """The draft of the message about `event` to the member of the event; None if only others are told.

    Parameters
    ----------
    zone
        The recipient's time zone, for events that are not at a gym.
    """
    raise TypeError(f"there is no message about {type(event).__name__}")


def _code(
    template: str, event: VerificationCodeIssued | PasswordResetCodeIssued | SecondFactorCodeIssued, zone: str
) -> Draft:
    return Draft(
        template,
        {
            "code": event.code,
            "expires_at": formatting.moment(event.expires_at, zone),
        },
        channels=MAIL_ONLY,
        send_before=event.expires_at,
    )


@draft.register
def _second_factor(event: SecondFactorCodeIssued, occurred_at: datetime, zone: str) -> Draft:
    return _code("second_factor_code", event, zone)


@draft.register
def _second_factor_reset(event: SecondFactorReset, occurred_at: datetime, zone: str) -> Draft:
    return Draft("second_factor_reset", {}, channels=MAIL_ONLY)


@draft.register
def _verification(event: VerificationCodeIssued, occurred_at: datetime, zone: str) -> Draft:
    return _code("verification", event, zone)


@draft.register
def _reset(event: PasswordResetCodeIssued, occurred_at: datetime, zone: str) -> Draft:
    return _code("password_reset", event, zone)


@draft.register
def _password_changed(event: PasswordChanged, occurred_at: datetime, zone: str) -> Draft:
    return Draft("password_changed", {"changed_at": formatting.moment(occurred_at, zone)}, channels=MAIL_ONLY)


@draft.register
def _repeated(event: RegistrationRepeated, occurred_at: datetime, zone: str) -> Draft:
    return Draft("account_exists", {"email": event.email}, channels=MAIL_ONLY)


def session_time(event: SessionEvent) -> dict[str, str]:
    """Gym, date and time of a session, as variables."""
    return {
        "gym_name": event.gym_name,
        "date": formatting.date(event.starts_at, event.timezone),
        "time": formatting.period(event.starts_at, event.ends_at, event.timezone),
    }


def calendar_entry(event: SessionEvent, occurred_at: datetime, *, cancelled: bool = False) -> CalendarEntry:
    """The calendar entry of a session, for whoever takes part."""
    return session_entry(
        session_id=event.session_id,
        sequence=event.sequence,
        changed_at=occurred_at,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        gym_name=event.gym_name,
        gym_address=event.gym_address,
        cancelled=cancelled,
    )


def session_link(event: SessionEvent) -> str:
    """Where the app shows a session."""
    return f"/sessions/{event.session_id}"


@draft.register
def _booked(event: SessionBooked, occurred_at: datetime, zone: str) -> Draft:
    return _booking("booking_confirmed", event, occurred_at, send_before=event.starts_at)


@draft.register
def _changed(event: SessionMoved | SessionExtended, occurred_at: datetime, zone: str) -> Draft:
    # A session may be extended while it takes place.
    return _booking("booking_changed", event, occurred_at, send_before=event.ends_at)


def _booking(template: str, event: SessionEvent, occurred_at: datetime, *, send_before: datetime) -> Draft:
    refundable = event.refundable_until > clock.now()
    return Draft(
        template,
        {
            **session_time(event),
            "gym_address": event.gym_address,
            "duration": formatting.minutes(event.duration),
            "price": formatting.counted(event.price_credits, "credit"),
            "refundable_until": formatting.moment(event.refundable_until, event.timezone) if refundable else "",
        },
        link=session_link(event),
        send_before=send_before,
        calendar=calendar_entry(event, occurred_at),
    )


def _refund(credits: int) -> str:
    return formatting.counted(credits, "credit") if credits else ""


@draft.register
def _cancelled(event: SessionCancelled, occurred_at: datetime, zone: str) -> Draft:
    return Draft(
        "booking_cancelled",
        {**session_time(event), "refund": _refund(event.refunded_credits), "reason": event.reason},
        link=session_link(event),
        send_before=event.starts_at,
        calendar=calendar_entry(event, occurred_at, cancelled=True),
    )


@draft.register
def _reminder(event: SessionReminderDue, occurred_at: datetime, zone: str) -> Draft:
    return reminder(event)


def reminder(event: SessionReminderDue) -> Draft:
    """The reminder of a session, for whoever takes part."""
    return Draft(
        "reminder",
        {**session_time(event), "gym_address": event.gym_address, "starts_in": formatting.counted(event.hours, "hour")},
        link=session_link(event),
        send_before=event.starts_at,
    )


@draft.register
def _missed(event: SessionMissed, occurred_at: datetime, zone: str) -> Draft:
    until = event.suspended_until
    return Draft(
        "session_missed",
        {**session_time(event), "suspended_until": formatting.moment(until, event.timezone) if until else ""},
        link=session_link(event),
    )


@draft.register
def _refunded(event: SessionRefunded, occurred_at: datetime, zone: str) -> Draft:
    return Draft(
        "session_refunded",
        {**session_time(event), "refund": _refund(event.refunded_credits)},
        link=session_link(event),
    )


@draft.register
def _invited(event: InvitationSent, occurred_at: datetime, zone: str) -> Draft:
    return Draft(
        "invitation",
        {**session_time(event), "gym_address": event.gym_address},
        channels=MAIL_ONLY,
        send_before=event.starts_at,
        names={"host_name": event.user_id},
    )


@draft.register
def _invitation_accepted(event: InvitationAccepted, occurred_at: datetime, zone: str) -> Draft:
    return _answer("invitation_accepted", event, event.guest_id)


@draft.register
def _invitation_declined(event: InvitationDeclined, occurred_at: datetime, zone: str) -> Draft:
    return _answer("guest_left" if event.left else "invitation_declined", event, event.guest_id)


def _answer(template: str, event: SessionEvent, guest_id: str) -> Draft:
    return Draft(
        template,
        session_time(event),
        channels=IN_APP_ONLY,
        link=session_link(event),
        send_before=event.starts_at,
        names={"guest_name": guest_id},
    )


@draft.register
def _invitation_withdrawn(event: InvitationWithdrawn, occurred_at: datetime, zone: str) -> None:
    """The host has done it; a guest who has lost the place is told."""


@draft.register
def _purchased(event: CreditsPurchased, occurred_at: datetime, zone: str) -> Draft:
    return Draft(
        "receipt",
        {
            "package_name": event.package_name,
            "credits": str(event.credits),
            "price": formatting.money(event.price),
            "date": formatting.date(occurred_at, zone),
            "purchase_id": event.purchase_id,
        },
        link=f"/payments/purchases/{event.purchase_id}",
    )


@draft.register
def _failed(event: PaymentFailed, occurred_at: datetime, zone: str) -> Draft:
    return Draft(
        "payment_failed",
        {
            "package_name": event.package_name,
            "price": formatting.money(event.price),
            "reason": event.reason.replace("_", " "),
        },
        link=f"/payments/purchases/{event.purchase_id}",
    )

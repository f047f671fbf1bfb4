"""Drafts of the messages to the guests of a session, beside the one to its host."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import singledispatch

from communication.drafts import Draft, calendar_entry, reminder, session_link, session_time
from session.events import (
    InvitationAccepted,
    InvitationDeclined,
    InvitationWithdrawn,
    SessionCancelled,
    SessionEvent,
    SessionExtended,
    SessionMoved,
    SessionReminderDue,
)
from solo60.events import Event


def guests_told(event: Event) -> Sequence[str]:
    """The user ids of the guests who get a message about an event."""
    if isinstance(event, SessionMoved | SessionExtended | SessionReminderDue | SessionCancelled):
        return event.guests
    if isinstance(event, InvitationAccepted):
        return (event.guest_id,)
    if isinstance(event, InvitationDeclined):
        return (event.guest_id,) if event.left else ()
    if isinstance(event, InvitationWithdrawn):
        return () if event.guest_id is None else (event.guest_id,)
    return ()


@singledispatch
def guest_draft(event: Event, occurred_at: datetime) -> Draft:
    """The draft of the message about `event` to each of the `guests_told`."""
    raise TypeError(f"there is no message to guests about {type(event).__name__}")


@guest_draft.register
def _joined(event: InvitationAccepted, occurred_at: datetime) -> Draft:
    return Draft(
        "session_joined",
        {**session_time(event), "gym_address": event.gym_address},
        link=session_link(event),
        send_before=event.starts_at,
        calendar=calendar_entry(event, occurred_at),
        names={"host_name": event.user_id},
    )


@guest_draft.register
def _changed(event: SessionMoved | SessionExtended, occurred_at: datetime) -> Draft:
    return Draft(
        "session_changed",
        {**session_time(event), "gym_address": event.gym_address},
        link=session_link(event),
        send_before=event.ends_at,
        calendar=calendar_entry(event, occurred_at),
        names={"host_name": event.user_id},
    )


@guest_draft.register
def _reminder(event: SessionReminderDue, occurred_at: datetime) -> Draft:
    return reminder(event)


@guest_draft.register
def _declined(event: InvitationDeclined, occurred_at: datetime) -> Draft:
    return _left(event, occurred_at, "You have given your place back.")


@guest_draft.register
def _withdrawn(event: InvitationWithdrawn, occurred_at: datetime) -> Draft:
    return _left(event, occurred_at, "The invitation was taken back.")


@guest_draft.register
def _cancelled(event: SessionCancelled, occurred_at: datetime) -> Draft:
    return _left(event, occurred_at, "The session is cancelled.")


def _left(event: SessionEvent, occurred_at: datetime, reason: str) -> Draft:
    return Draft(
        "session_left",
        {**session_time(event), "reason": reason},
        link=session_link(event),
        send_before=event.starts_at,
        calendar=calendar_entry(event, occurred_at, cancelled=True),
    )

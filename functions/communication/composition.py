"""Composition: turns an event into messages, and stores and queues them in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from communication.calendar_entries import stored_entry
from communication.contacts import DEFAULT_TIMEZONE
from communication.drafts import Draft, Recipient, draft, own_address
from communication.errors import ContactUnknown
from communication.events import MessageQueued, NotificationRequested
from communication.guest_drafts import guest_draft, guests_told
from communication.records import Message
from communication.rendering import render_notice, render_subject, require_variables
from communication.repository import ContactRepository, MessageRepository
from communication.statuses import Channel, Status
from communication.template_store import Template, Templates
from session.events import InvitationSent
from solo60 import clock
from solo60.events import Event, publish
from solo60.ids import new_id
from solo60.records import Read
from solo60.transaction import Transaction
from solo60.unit_of_work import UnitOfWork, Work
from user.published import profile_key

SOMEBODY = "A member"
"""The name of a member who has none any more."""


@dataclass(frozen=True)
class _Composed:
    """The common data of the messages of one event."""

    event_id: str
    drafted: Draft
    template: Template
    variables: dict[str, str]
    recipient: Recipient

    def message(self, channel: Channel) -> Message:
        """A new message over one channel, without what only that channel has."""
        return Message(
            message_id=new_id(),
            created_at=clock.now(),
            user_id=self.recipient.user_id,
            event_id=self.event_id,
            channel=channel.value,
            category=self.template.manifest.category.value,
            template=self.template.name,
            template_version=self.template.version,
            send_before=self.drafted.send_before,
        )


def _owner_of(event: Event, user_id: str) -> str:
    """Whose message it is: one to an address that may be nobody's is no message of the event's member."""
    return event.invitation_id if isinstance(event, InvitationSent) else user_id


class Composer:
    """Composes messages to members from events."""

    def __init__(self, contacts: ContactRepository, messages: MessageRepository, templates: Templates) -> None:
        self._contacts, self._messages, self._templates = contacts, messages, templates

    def compose(self, uow: UnitOfWork, event: Event, *, user_id: str, event_id: str, occurred_at: datetime) -> None:
        """Queue one message per channel, to the member of the event and to the guests who are concerned.

        Raises
        ------
        ContactUnknown
            There is neither contact data nor a profile of the member; the queue delivers the event again.
        VariableMissing
            The draft lacks a variable of its template.
        """

        def act(work: Work) -> None:
            recipient = self._recipient(work.read, event, user_id)
            self._add(work, event_id, recipient, draft(event, occurred_at, recipient.timezone))
            for guest_id in guests_told(event):
                guest = self._member(work.read, guest_id)
                if guest is not None:  # Else erased since: nobody is left to be told.
                    self._add(work, event_id, guest, guest_draft(event, occurred_at))

        uow.run(act)

    def _add(self, work: Work, event_id: str, recipient: Recipient, drafted: Draft | None) -> None:
        if drafted is None:
            return
        template = self._templates.current(drafted.template)
        names = {variable: self._name_of(work.read, other) for variable, other in drafted.names.items()}
        variables = {**drafted.variables, **names, "first_name": recipient.first_name}
        require_variables(template, variables)
        composed = _Composed(event_id, drafted, template, variables, recipient)
        for channel in drafted.channels:
            self._ADD[channel](self, work, composed)

    def _name_of(self, read: Read, user_id: str) -> str:
        member = self._member(read, user_id)
        return SOMEBODY if member is None else member.full_name

    def _recipient(self, read: Read, event: Event, user_id: str) -> Recipient:
        own = own_address(event)
        if own is not None:
            email, first_name = own
            return Recipient(_owner_of(event, user_id), email, first_name, DEFAULT_TIMEZONE)
        member = self._member(read, user_id)
        if member is None:
            raise ContactUnknown(user_id)
        return member

    def _member(self, read: Read, user_id: str) -> Recipient | None:
        contact = self._contacts.find(read, user_id)
        if contact is not None and contact.email is not None and contact.first_name is not None:
            return Recipient(user_id, contact.email, contact.first_name, contact.timezone, contact.last_name)
        # The event that brings a new member's contact data may come later than others about the member.
        profile = read(profile_key(user_id))[profile_key(user_id)]
        if profile is None or profile.email is None or profile.first_name is None:
            return None
        zone = profile.timezone or DEFAULT_TIMEZONE
        return Recipient(user_id, profile.email, profile.first_name, zone, profile.last_name)

    def _add_mail(self, transaction: Transaction, composed: _Composed) -> None:
        calendar = composed.drafted.calendar
        message = composed.message(Channel.EMAIL)
        message.to, message.to_name = composed.recipient.email, composed.recipient.full_name
        message.subject = render_subject(composed.template, composed.variables)
        message.variables = composed.variables
        message.calendar = None if calendar is None else stored_entry(calendar)
        message.status = Status.QUEUED.value
        self._messages.put_in(transaction, message)
        publish(transaction, MessageQueued(message_id=message.message_id))

    def _add_notice(self, transaction: Transaction, composed: _Composed) -> None:
        message = composed.message(Channel.IN_APP)
        too_late = message.send_before is not None and message.send_before <= message.created_at
        message.to = composed.recipient.user_id
        message.subject = render_notice(composed.template, composed.variables)
        # The event in the same transaction puts it into the app, so there is nothing to deliver.
        message.status = (Status.SKIPPED if too_late else Status.SENT).value
        message.reason = composed.template.manifest.too_late if too_late else None
        message.settled_at = message.created_at
        self._messages.put_in(transaction, message)
        if not too_late:
            publish(
                transaction,
                NotificationRequested(
                    notification_id=message.message_id,
                    user_id=message.user_id,
                    type=message.template,
                    content=message.subject,
                    link=composed.drafted.link,
                ),
            )

    _ADD: ClassVar = {Channel.EMAIL: _add_mail, Channel.IN_APP: _add_notice}

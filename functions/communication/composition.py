"""Composition: turns an event into messages, and stores and queues them in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from communication.calendar_entries import stored_entry
from communication.contacts import DEFAULT_TIMEZONE
from communication.drafts import Draft, Recipient, draft, own_address
from communication.errors import ContactUnknown
from communication.events import MessageQueued, NotificationRequested
from communication.rendering import render_notice, render_subject, require_variables
from communication.repository import ContactRepository, MessageRepository
from communication.statuses import Channel, Status
from communication.template_store import Template, Templates
from solo60 import clock
from solo60.events import Event, publish
from solo60.ids import new_id
from solo60.transaction import Transaction


@dataclass(frozen=True)
class _Composed:
    """The common data of the messages of one event."""

    event_id: str
    drafted: Draft
    template: Template
    variables: dict[str, str]
    recipient: Recipient

    def attributes(self, channel: Channel) -> dict[str, Any]:
        return {
            "user_id": self.recipient.user_id,
            "event_id": self.event_id,
            "channel": channel.value,
            "category": self.template.manifest.category.value,
            "template": self.template.name,
            "template_version": self.template.version,
            "send_before": self.drafted.send_before,
        }


class Composer:
    """Composes messages to members from events."""

    def __init__(self) -> None:
        self._contacts, self._messages, self._templates = ContactRepository(), MessageRepository(), Templates()

    def compose(
        self,
        event: Event,
        *,
        user_id: str,
        event_id: str,
        occurred_at: datetime,
        add_inbox_mark: Callable[[Transaction], None],
    ) -> None:
        """Queue one message per channel.

        Raises
        ------
        AlreadyApplied
            The messages of this event exist.
        ContactUnknown
            The member's contact data has not arrived yet; the queue delivers the event again.
        VariableMissing
            The draft lacks a variable of its template.
        """
        recipient = self._recipient(event, user_id)
        drafted = draft(event, occurred_at, recipient.timezone)
        template = self._templates.current(drafted.template)
        variables = {**drafted.variables, "first_name": recipient.first_name}
        require_variables(template, variables)
        transaction = Transaction()
        add_inbox_mark(transaction)
        composed = _Composed(event_id, drafted, template, variables, recipient)
        for channel in drafted.channels:
            self._ADD[channel](self, transaction, composed)
        transaction.commit()

    def _recipient(self, event: Event, user_id: str) -> Recipient:
        own = own_address(event)
        if own is not None:
            email, first_name = own
            return Recipient(user_id, email, first_name, DEFAULT_TIMEZONE)
        contact = self._contacts.find(user_id)
        if contact is None or contact.email is None or contact.first_name is None:
            raise ContactUnknown(user_id)
        return Recipient(user_id, contact.email, contact.first_name, contact.timezone, contact.last_name)

    def _add_mail(self, transaction: Transaction, composed: _Composed) -> None:
        message_id, drafted = new_id(), composed.drafted
        self._messages.put_in(
            transaction,
            message_id,
            clock.now(),
            **composed.attributes(Channel.EMAIL),
            to=composed.recipient.email,
            to_name=composed.recipient.full_name,
            subject=render_subject(composed.template, composed.variables),
            variables=composed.variables,
            calendar=None if drafted.calendar is None else stored_entry(drafted.calendar),
            status=Status.QUEUED.value,
        )
        publish(transaction, MessageQueued(message_id=message_id))

    def _add_notice(self, transaction: Transaction, composed: _Composed) -> None:
        now, message_id, drafted = clock.now(), new_id(), composed.drafted
        notice = render_notice(composed.template, composed.variables)
        too_late = drafted.send_before is not None and drafted.send_before <= now
        self._messages.put_in(
            transaction,
            message_id,
            now,
            **composed.attributes(Channel.IN_APP),
            to=composed.recipient.user_id,
            subject=notice,
            # The event in the same transaction puts it into the app, so there is nothing to deliver.
            status=(Status.SKIPPED if too_late else Status.SENT).value,
            reason=composed.template.manifest.too_late if too_late else None,
            settled_at=now,
        )
        if not too_late:
            publish(
                transaction,
                NotificationRequested(
                    notification_id=message_id,
                    user_id=composed.recipient.user_id,
                    type=composed.template.name,
                    content=notice,
                    link=drafted.link,
                ),
            )

    _ADD: ClassVar = {Channel.EMAIL: _add_mail, Channel.IN_APP: _add_notice}

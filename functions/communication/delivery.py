"""Delivery of a queued message: one delivery at a time, through the first provider that accepts it.

A conditional write acquires a lease on the message before a provider is called, and the result is written under that
lease. So the message is sent once, however often the queue delivers it. One case remains: if the function dies or its
last write fails after the provider accepted the message, the message is sent again when the lease has expired. A mail
that arrives twice is better than a code that never arrives. Both copies have the same `X-Solo60-Message` header.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from communication import breaker
from communication.calendar_entries import with_invitation
from communication.errors import DeliveryDeferred, DeliveryInProgress, VariableMissing
from communication.providers.port import (
    AddressInvalid,
    AddressSuppressed,
    Email,
    EmailProvider,
    ProviderUnavailable,
)
from communication.providers.registry import EmailProviderRegistry
from communication.records import Attempt, Breaker, Message
from communication.rendering import render
from communication.repository import Ending, MessageRepository, ReachabilityRepository
from communication.statuses import OPEN, Outcome, Status
from communication.template_store import Template, Templates
from solo60 import clock, observability, settings
from solo60.failures import LoggableError
from solo60.ids import new_id
from solo60.records import batch_get
from solo60.unit_of_work import UnitOfWork, Work

LEASE = timedelta(seconds=60)
"""Longer than the function may run, shorter than the visibility time-out of the queue."""
ALL_PAUSED = "providers_paused"


@dataclass(frozen=True)
class _Attempt:
    provider: str
    outcome: Outcome
    at: datetime
    known: Breaker | None
    error: str | None = None
    provider_message_id: str | None = None

    def record(self, message_id: str) -> Attempt:
        return Attempt(
            message_id=message_id,
            provider=self.provider,
            outcome=self.outcome.value,
            error=self.error,
            provider_message_id=self.provider_message_id,
            attempted_at=self.at,
        )


class LeaseLost(LoggableError):
    """Another delivery has settled the message in the meantime."""


class Deliverer:
    """Delivers e-mail messages."""

    def __init__(
        self,
        messages: MessageRepository,
        reachability: ReachabilityRepository,
        providers: EmailProviderRegistry,
        templates: Templates,
    ) -> None:
        self._messages, self._reachability = messages, reachability
        self._providers, self._templates = providers, templates

    def deliver(self, uow: UnitOfWork, message_id: str) -> None:
        """Deliver a message, unless it is settled.

        Raises
        ------
        DeliveryDeferred
            No provider could accept it now.
        DeliveryInProgress
            Another delivery is in progress.
        LeaseLost
            Another delivery has settled the message in the meantime.
        """
        message = self._messages.acquire(message_id, lease_id=new_id(), until=clock.now() + LEASE)
        if message is None:
            self._refuse(message_id)
            return
        template = self._templates.current(message.template)
        attempts: list[_Attempt] = []
        changes: dict[str, object] = {}
        if message.send_before is not None and message.send_before <= clock.now():
            ending = Ending(Status.SKIPPED, reason=template.manifest.too_late)
        else:
            try:
                email = self._email(message, template)
            except VariableMissing as missing:
                ending = Ending(Status.FAILED, reason=f"{missing.code}: {', '.join(missing.names)}")
            else:
                # The template may have changed since: the message records the version that it is sent with.
                changes = {"template_version": template.version, "subject": email.subject}
                ending = self._send(email, attempts)
        self._end(uow, message, template, ending=ending, attempts=attempts, changes=changes)
        for attempt in attempts:
            if attempt.outcome is not Outcome.UNAVAILABLE:
                breaker.succeeded(self._reachability, attempt.provider, attempt.known)
        if ending.status is Status.DEFERRED:
            raise DeliveryDeferred(ending.reason)

    def _refuse(self, message_id: str) -> None:
        message = self._messages.find(batch_get, message_id)
        if message is not None and message.status in OPEN:
            raise DeliveryInProgress(message_id)
        if message is None:
            observability.logger().warning("message not found", extra={"mail": message_id})

    def _email(self, message: Message, template: Template) -> Email:
        rendered = render(template, message.variables or {})
        email = Email(
            message_id=message.message_id,
            sender=settings.read(settings.MAIL_FROM),
            to=message.to,
            to_name=message.to_name,
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            template=template.name,
        )
        return email if message.calendar is None else with_invitation(email, message.calendar)

    def _send(self, email: Email, attempts: list[_Attempt]) -> Ending:
        providers: Sequence[EmailProvider] = self._providers.in_order
        names = [provider.name for provider in providers]
        suppression, breakers = self._reachability.look_up(batch_get, email.to, names)
        if suppression is not None:
            return Ending(Status.SUPPRESSED, reason=suppression.reason)
        last = ALL_PAUSED
        for provider in providers:
            known = breakers[provider.name]
            if not breaker.may_call(self._reachability, provider.name, known):
                continue
            ending = self._call(provider, known, email, attempts)
            if ending.status is not Status.DEFERRED:
                return ending
            last = ending.reason or last
        return Ending(Status.DEFERRED, reason=last)

    def _call(self, provider: EmailProvider, known: Breaker | None, email: Email, attempts: list[_Attempt]) -> Ending:
        at = clock.now()
        try:
            accepted = provider.send(email)
        except ProviderUnavailable as unavailable:
            breaker.failed(self._reachability, provider.name)
            attempts.append(_Attempt(provider.name, Outcome.UNAVAILABLE, at, known, error=unavailable.word))
            return Ending(Status.DEFERRED, reason=unavailable.word, provider=provider.name)
        except (AddressInvalid, AddressSuppressed) as refused:
            attempts.append(_Attempt(provider.name, Outcome.REJECTED, at, known, error=refused.word))
            if isinstance(refused, AddressInvalid):
                return Ending(Status.FAILED, reason=refused.word, provider=provider.name)
            self._reachability.suppress(email.to, reason=refused.word, provider=provider.name)
            return Ending(Status.SUPPRESSED, reason=refused.word, provider=provider.name)
        attempts.append(_Attempt(provider.name, Outcome.ACCEPTED, at, known, provider_message_id=accepted))
        return Ending(Status.SENT, provider=provider.name, provider_message_id=accepted)

    def _end(
        self,
        uow: UnitOfWork,
        message: Message,
        template: Template,
        *,
        ending: Ending,
        attempts: Sequence[_Attempt],
        changes: dict[str, object],
    ) -> None:
        if template.manifest.secret and ending.status not in OPEN:
            changes = {**changes, "variables": None}

        def act(work: Work) -> None:
            self._messages.end_in(work, message, ending, changes, on_failure=LeaseLost(message.message_id))
            for number, attempt in enumerate(attempts):
                self._messages.attempt_in(work, number, attempt.record(message.message_id))

        uow.run(act)
        observability.count(f"Messages{ending.status.title()}")
        observability.logger().info(
            "message delivered" if ending.status is Status.SENT else "message not delivered",
            extra={
                "mail": message.message_id,
                "template": template.name,
                "status": ending.status.value,
                "reason": ending.reason,
                "provider": ending.provider,
            },
        )

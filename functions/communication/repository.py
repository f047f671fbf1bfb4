"""Repositories of the communication service: contacts, messages, suppressions and circuit breakers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from communication.records import Attempt, Breaker, CommunicationRecord, Contact, Message, Suppression
from communication.statuses import OPEN, Status
from solo60 import clock
from solo60.ids import new_id
from solo60.paging import PageOf, Paging
from solo60.records import Key, Read, update_now
from solo60.repository import CHUNK, RecordQuery, Repository, changes_of, unchanged
from solo60.retry import ConditionFailed
from solo60.transaction import OnFailure, Transaction


def contact_key(user_id: str) -> Key[Contact]:
    """The key of a member's contact."""
    return Key(Contact, f"CONTACT#{user_id}", "CONTACT")


def message_key(message_id: str) -> Key[Message]:
    """The key of a message."""
    return Key(Message, message_pk(message_id), "MESSAGE")


def message_pk(message_id: str) -> str:
    """The partition key of a message and its attempts."""
    return f"MESSAGE#{message_id}"


class ContactRepository(Repository[Contact, [str]]):
    """Contact data of members."""

    key = staticmethod(contact_key)

    def blank(self, user_id: str, *, timezone: str, locale: str) -> Contact:
        """A new contact, which is not stored yet."""
        key = contact_key(user_id)
        return Contact(
            key.pk,
            key.sk,
            user_id=user_id,
            timezone=timezone,
            locale=locale,
            verified=False,
            registration=0,
            profile_version=0,
            revision=0,
        )

    def put_in(self, transaction: Transaction, contact: Contact) -> None:
        """Store `contact`, unless it has changed since it was read."""
        read = int(contact.revision)
        contact.revision = read + 1
        condition = Contact.revision == read if read else None
        transaction.put(contact, condition=condition)


def _member_pk(user_id: str) -> str:
    return f"MEMBER#{user_id}"


@dataclass(frozen=True)
class Ending:
    """The result of a delivery."""

    status: Status
    reason: str | None = None
    provider: str | None = None
    provider_message_id: str | None = None


class MessageRepository(Repository[Message, [str]]):
    """Messages and their delivery attempts."""

    key = staticmethod(message_key)

    def put_in(self, transaction: Transaction, message: Message) -> None:
        """Add a new message to `transaction`."""
        key = message_key(message.message_id)
        message.pk, message.sk = key.pk, key.sk
        message.by_member_pk = _member_pk(message.user_id)
        message.by_member_sk = f"{clock.to_sortable(message.created_at)}#{message.message_id}"
        transaction.put(message)

    def acquire(self, message_id: str, *, lease_id: str, until: datetime) -> Message | None:
        """Acquire the lease of a message until `until`.

        Returns
        -------
        Message | None
            None if it is settled, or another delivery holds the lease.
        """
        try:
            return update_now(
                message_key(message_id).blank(),
                [Message.lease_id.set(lease_id), Message.leased_until.set(until)],
                Message.status.is_in(*OPEN)
                & (
                    Message.leased_until.does_not_exist()
                    | (Message.leased_until <= clock.now())
                    # Acquired by this same request, which was sent again because its response was lost.
                    | (Message.lease_id == lease_id)
                ),
            )
        except ConditionFailed:
            return None

    def end_in(
        self,
        transaction: Transaction,
        message: Message,
        ending: Ending,
        changes: dict[str, object],
        on_failure: OnFailure,
    ) -> None:
        """Write the result of a delivery and release the lease, if this delivery still holds it.

        Parameters
        ----------
        changes
            Further attributes to set; None removes one.
        """
        settled = ending.status not in OPEN
        values: dict[str, object] = {
            "status": ending.status.value,
            "reason": ending.reason,
            "provider": ending.provider,
            "provider_message_id": ending.provider_message_id,
            "settled_at": clock.now() if settled else None,
            "lease_id": None,
            "leased_until": None,
            **changes,
        }
        transaction.update(
            Message(message.pk, message.sk),
            changes_of(Message, values),
            condition=(Message.lease_id == message.lease_id) & Message.status.is_in(*OPEN),
            on_failure=on_failure,
        )

    def attempt_in(self, transaction: Transaction, number: int, attempt: Attempt) -> None:
        """Add the record of a delivery's attempt, the `number`-th from 0, to `transaction`."""
        attempt.pk = message_pk(attempt.message_id)
        attempt.sk = f"ATTEMPT#{clock.to_sortable(attempt.attempted_at)}#{number}#{new_id()}"
        transaction.put(attempt)

    def remove(self, transaction: Transaction, message_id: str) -> bool:
        """Remove a message, or the first of very many attempts to deliver it.

        The message goes last, and only as it was read: a delivery that is in progress then adds no further attempt.

        Returns
        -------
        bool
            Whether nothing is left.
        """
        query = RecordQuery(CommunicationRecord, message_pk(message_id), consistent=True)
        found = list(islice(query.read(page_size=CHUNK), CHUNK))
        for record in found:
            as_read = None
            if isinstance(record, Message):
                as_read = (Message.status == record.status) & unchanged(Message.lease_id, record.lease_id)
            transaction.delete(record, condition=as_read)
        return len(found) < CHUNK

    def all_of_member(self, user_id: str) -> Iterator[Message]:
        """All messages of a member."""
        return self.query_all(RecordQuery(Message, _member_pk(user_id), index=Message.by_member.name))

    def of_member(self, user_id: str, paging: Paging) -> PageOf[Message]:
        """A page of a member's messages, newest first."""
        query = RecordQuery(Message, _member_pk(user_id), index=Message.by_member.name, backwards=True)
        return self.page(paging, query)


def _suppression_pk(address: str) -> str:
    return f"ADDRESS#{address.strip().lower()}"


class ReachabilityRepository:
    """Suppressed addresses, and the circuit breakers of providers."""

    def look_up(
        self, read: Read, address: str, providers: Sequence[str]
    ) -> tuple[Suppression | None, dict[str, Breaker | None]]:
        """The suppression of an address, whatever its case, and the breakers of `providers`, in one read."""
        suppression = Key(Suppression, _suppression_pk(address), "SUPPRESSION")
        breakers = {name: _breaker_key(name) for name in providers}
        found = read(suppression, *breakers.values())
        return found[suppression], {name: found[key] for name, key in breakers.items()}

    def suppress(self, address: str, *, reason: str, provider: str) -> None:
        """Suppress an address."""
        Suppression(
            _suppression_pk(address),
            "SUPPRESSION",
            address=address.strip().lower(),
            reason=reason,
            provider=provider,
            since=clock.now(),
        ).save()

    def count_failure(self, provider: str) -> int:
        """Count a consecutive failure. Returns the new count."""
        counted = update_now(
            _breaker_key(provider).blank(),
            [Breaker.failures.add(1), Breaker.provider.set(provider), Breaker.kind.set(Breaker)],
        )
        return int(counted.failures)

    def pause(self, provider: str, until: datetime) -> None:
        """Pause a provider until `until`."""
        update_now(_breaker_key(provider).blank(), [Breaker.paused_until.set(until)])

    def claim_probe(self, provider: str, seen: datetime, until: datetime) -> bool:
        """Claim the probe of a provider after its pause. For other deliveries it stays paused until `until`."""
        try:
            update_now(_breaker_key(provider).blank(), [Breaker.paused_until.set(until)], Breaker.paused_until == seen)
        except ConditionFailed:
            return False
        return True

    def recover(self, provider: str) -> None:
        """Reset the failures of a provider that works."""
        update_now(_breaker_key(provider).blank(), [Breaker.failures.set(0), Breaker.paused_until.remove()])


def _breaker_key(provider: str) -> Key[Breaker]:
    return Key(Breaker, f"PROVIDER#{provider}", "BREAKER")

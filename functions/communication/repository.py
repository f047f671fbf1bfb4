"""Repositories of the communication service: contacts, messages, suppressions and circuit breakers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pynamodb.exceptions import UpdateError
from pynamodb.expressions.update import Action

from communication.records import Attempt, Breaker, Contact, Message, Suppression
from communication.statuses import OPEN, Status
from solo60 import clock
from solo60.ids import new_id
from solo60.records import Key, batch_get_list
from solo60.transaction import OnFailure, Transaction


class ContactRepository:
    """Contact data of members."""

    def find(self, user_id: str) -> Contact | None:
        """A member's contact, with a strong read."""
        return Contact.find(f"CONTACT#{user_id}", "CONTACT", consistent=True)

    def blank(self, user_id: str, *, timezone: str, locale: str) -> Contact:
        """A new contact, which is not stored yet."""
        return Contact(
            f"CONTACT#{user_id}",
            "CONTACT",
            user_id=user_id,
            timezone=timezone,
            locale=locale,
            verified=False,
            registration=0,
            profile_version=0,
            revision=0,
        )

    def put_in(self, transaction: Transaction, contact: Contact, on_failure: OnFailure) -> None:
        """Store `contact`, unless it has changed since it was read."""
        read = int(contact.revision)
        contact.revision = read + 1
        condition = Contact.revision == read if read else None
        transaction.put(contact, condition=condition, on_failure=on_failure)


def message_pk(message_id: str) -> str:
    """The partition key of a message and its attempts."""
    return f"MESSAGE#{message_id}"


def _member_pk(user_id: str) -> str:
    return f"MEMBER#{user_id}"


@dataclass(frozen=True)
class Ending:
    """The result of a delivery."""

    status: Status
    reason: str | None = None
    provider: str | None = None
    provider_message_id: str | None = None


class MessageRepository:
    """Messages and their delivery attempts."""

    def put_in(self, transaction: Transaction, message_id: str, created_at: datetime, **attributes: Any) -> None:
        """Add a new message to `transaction`."""
        transaction.put(
            Message(
                message_pk(message_id),
                "MESSAGE",
                by_member_pk=_member_pk(attributes["user_id"]),
                by_member_sk=f"{clock.to_sortable(created_at)}#{message_id}",
                message_id=message_id,
                created_at=created_at,
                **attributes,
            )
        )

    def find(self, message_id: str) -> Message | None:
        """A message, with a strong read."""
        return Message.find(message_pk(message_id), "MESSAGE", consistent=True)

    def acquire(self, message_id: str, *, lease: str, until: datetime) -> Message | None:
        """Acquire the lease of a message until `until`.

        Returns
        -------
        Message | None
            None if it is settled, or another delivery holds the lease.
        """
        message = Message(message_pk(message_id), "MESSAGE")
        try:
            message.update(
                actions=[Message.lease.set(lease), Message.lease_until.set(until)],
                condition=Message.status.is_in(*OPEN)
                & (
                    Message.lease_until.does_not_exist()
                    | (Message.lease_until <= clock.now())
                    # Acquired by this same request, which was sent again because its response was lost.
                    | (Message.lease == lease)
                ),
            )
        except UpdateError as error:
            if error.cause_response_code == "ConditionalCheckFailedException":
                return None
            raise
        return message

    def end_in(
        self, transaction: Transaction, message: Message, ending: Ending, changes: dict[str, Any], on_failure: OnFailure
    ) -> None:
        """Write the result of a delivery and release the lease, if this delivery still holds it.

        Parameters
        ----------
        changes
            Further attributes to set; None removes one.
        """
        settled = ending.status not in OPEN
        values: dict[str, Any] = {
            "status": ending.status.value,
            "reason": ending.reason,
            "provider": ending.provider,
            "provider_message_id": ending.provider_message_id,
            "settled_at": clock.now() if settled else None,
            "lease": None,
            "lease_until": None,
            **changes,
        }
        actions: list[Action] = [
            attribute.remove() if value is None else attribute.set(value)
            for attribute, value in ((getattr(Message, name), value) for name, value in values.items())
        ]
        transaction.update(
            Message(message.pk, message.sk),
            actions,
            condition=(Message.lease == message.lease) & Message.status.is_in(*OPEN),
            on_failure=on_failure,
        )

    def attempt_in(self, transaction: Transaction, message_id: str, number: int, **attributes: Any) -> None:
        """Add the record of a delivery's attempt, the `number`-th from 0, to `transaction`."""
        at = clock.to_sortable(attributes["attempted_at"])
        transaction.put(
            Attempt(message_pk(message_id), f"ATTEMPT#{at}#{number}#{new_id()}", message_id=message_id, **attributes)
        )

    def of_member(
        self, user_id: str, *, limit: int, after: dict[str, Any] | None
    ) -> tuple[list[Message], dict[str, Any] | None]:
        """A page of a member's messages, newest first, and the position after which the next one starts."""
        start = None
        if after is not None:
            start = {
                "PK": {"S": message_pk(after["id"])},
                "SK": {"S": "MESSAGE"},
                "by_member_pk": {"S": _member_pk(user_id)},
                "by_member_sk": {"S": after["sk"]},
            }
        # One item more than the limit tells whether there is a next page, without another round trip.
        found = list(
            Message.by_member.query(
                _member_pk(user_id), limit=limit + 1, scan_index_forward=False, last_evaluated_key=start
            )
        )
        page = found[:limit]
        more = len(found) > limit
        return page, {"id": page[-1].message_id, "sk": page[-1].by_member_sk} if more else None


def _suppression_pk(address: str) -> str:
    return f"ADDRESS#{address.strip().lower()}"


class ReachabilityRepository:
    """Suppressed addresses, and the circuit breakers of providers."""

    def look_up(self, address: str, providers: Sequence[str]) -> tuple[Suppression | None, dict[str, Breaker | None]]:
        """The suppression of an address, whatever its case, and the breakers of `providers`, in one read."""
        keys: list[Key[Any]] = [Key(Suppression, _suppression_pk(address), "SUPPRESSION")]
        keys += [Key(Breaker, f"PROVIDER#{name}", "BREAKER") for name in providers]
        suppression, *breakers = batch_get_list(keys)
        assert suppression is None or isinstance(suppression, Suppression)
        known = [breaker if isinstance(breaker, Breaker) else None for breaker in breakers]
        return suppression, dict(zip(providers, known, strict=True))

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
        breaker = Breaker(f"PROVIDER#{provider}", "BREAKER")
        breaker.update(
            actions=[
                Breaker.failures.add(1),
                Breaker.provider.set(provider),
                Breaker.kind.set(Breaker),
            ]
        )
        return int(breaker.failures)

    def pause(self, provider: str, until: datetime) -> None:
        """Pause a provider until `until`."""
        Breaker(f"PROVIDER#{provider}", "BREAKER").update(actions=[Breaker.paused_until.set(until)])

    def claim_probe(self, provider: str, seen: datetime, until: datetime) -> bool:
        """Claim the probe of a provider after its pause. For other deliveries it stays paused until `until`."""
        try:
            Breaker(f"PROVIDER#{provider}", "BREAKER").update(
                actions=[Breaker.paused_until.set(until)], condition=Breaker.paused_until == seen
            )
        except UpdateError as error:
            if error.cause_response_code == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def recover(self, provider: str) -> None:
        """Reset the failures of a provider that works."""
        Breaker(f"PROVIDER#{provider}", "BREAKER").update(
            actions=[Breaker.failures.set(0), Breaker.paused_until.remove()]
        )

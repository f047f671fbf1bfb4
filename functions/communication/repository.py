"""All queries, keys and expressions of the communication service's table."""

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
from solo60.records import Key, batch_get
from solo60.transaction import OnFailure, Transaction


class ContactRepository:
    """Whom to write to."""

    def find(self, user_id: str) -> Contact | None:
        """A member's contact, as it is now."""
        return Contact.find(f"CONTACT#{user_id}", "CONTACT", consistent=True)

    def blank(self, user_id: str, *, timezone: str, locale: str) -> Contact:
        """A contact that is not stored yet."""
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
        """Store `contact`, if nobody has since it was read."""
        read = int(contact.revision)
        contact.revision = read + 1
        condition = Contact.revision == read if read else None
        transaction.put(contact, condition=condition, on_failure=on_failure)


def message_pk(message_id: str) -> str:
    """Where a message and its attempts are."""
    return f"MESSAGE#{message_id}"


def _member_pk(user_id: str) -> str:
    return f"MEMBER#{user_id}"


@dataclass(frozen=True)
class Ending:
    """How a delivery left a message."""

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
        """A message, as it is now."""
        return Message.find(message_pk(message_id), "MESSAGE", consistent=True)

    def take(self, message_id: str, *, lease: str, until: datetime) -> Message | None:
        """Become the only one to deliver a message until `until`.

        Returns
        -------
        Message | None
            None if it is not open, or is being delivered by somebody else.
        """
        message = Message(message_pk(message_id), "MESSAGE")
        try:
            message.update(
                actions=[Message.lease.set(lease), Message.lease_until.set(until)],
                condition=Message.status.is_in(*OPEN)
                & (
                    Message.lease_until.does_not_exist()
                    | (Message.lease_until <= clock.now())
                    # Taken by this very request, whose answer was lost and which was sent again.
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
        """Write how the delivery ended and give up the lease; only if the lease is still ours.

        Parameters
        ----------
        changes
            Attributes to set besides; None removes one.
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
        # One more than asked for tells whether there is a next page without another trip.
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
    """Which addresses are left in peace, and which providers rest."""

    def look_up(self, address: str, providers: Sequence[str]) -> tuple[Suppression | None, dict[str, Breaker | None]]:
        """The suppression of an address, whatever its case, and the breakers of `providers`: one read."""
        keys = [Key(Suppression, _suppression_pk(address), "SUPPRESSION")]
        keys += [Key(Breaker, f"PROVIDER#{name}", "BREAKER") for name in providers]
        suppression, *breakers = batch_get(keys)
        assert suppression is None or isinstance(suppression, Suppression)
        known = [breaker if isinstance(breaker, Breaker) else None for breaker in breakers]
        return suppression, dict(zip(providers, known, strict=True))

    def suppress(self, address: str, *, reason: str, provider: str) -> None:
        """Send nothing to this address any more."""
        Suppression(
            _suppression_pk(address),
            "SUPPRESSION",
            address=address.strip().lower(),
            reason=reason,
            provider=provider,
            since=clock.now(),
        ).save()

    def count_failure(self, provider: str) -> int:
        """One more failure in a row; how many there are now."""
        breaker = Breaker(f"PROVIDER#{provider}", "BREAKER")
        breaker.update(
            actions=[
                Breaker.failures.add(1),
                Breaker.provider.set(provider),
                Breaker.kind.set(Breaker),
            ]
        )
        return int(breaker.failures)

    def rest(self, provider: str, until: datetime) -> None:
        """Ask this provider for nothing until `until`."""
        Breaker(f"PROVIDER#{provider}", "BREAKER").update(actions=[Breaker.resting_until.set(until)])

    def claim_probe(self, provider: str, seen: datetime, until: datetime) -> bool:
        """Be the one that tries a provider after its rest; the others see it resting until `until`."""
        try:
            Breaker(f"PROVIDER#{provider}", "BREAKER").update(
                actions=[Breaker.resting_until.set(until)], condition=Breaker.resting_until == seen
            )
        except UpdateError as error:
            if error.cause_response_code == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def recover(self, provider: str) -> None:
        """The provider works: forget its failures."""
        Breaker(f"PROVIDER#{provider}", "BREAKER").update(
            actions=[Breaker.failures.set(0), Breaker.resting_until.remove()]
        )

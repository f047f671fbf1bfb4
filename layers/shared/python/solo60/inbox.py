"""Inbox marks: the records that a consumer has applied an event, so that a repeated delivery changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from solo60 import clock
from solo60.events import AlreadyApplied, TableBound, in_table_of
from solo60.records import Found, Key
from solo60.transaction import Transaction

INBOX_MARK_KEPT = timedelta(days=30)


class InboxMarkItem(TableBound):
    """The record that a consumer has applied an event."""


class InboxMark:
    """The guard of a consumer's unit of work: an event that it has applied is not applied again.

    It is read with the first read of the unit of work, and committed with what the consumer writes.

    Parameters
    ----------
    domain
        The consumer's domain, whose table stores the mark.
    """

    lasting = True

    def __init__(self, domain: str, consumer: str, event_id: str) -> None:
        self.event_id = event_id
        self._key = Key(in_table_of(domain, InboxMarkItem), f"INBOX_MARK#{consumer}#{event_id}", "EVENT")

    def keys_to_read(self) -> Sequence[Key[InboxMarkItem]]:
        """The mark."""
        return (self._key,)

    def judge(self, found: Found) -> None:
        """Let an event pass that was not applied.

        Raises
        ------
        AlreadyApplied
            This consumer has applied this event.
        """
        if found[self._key] is not None:
            raise AlreadyApplied

    def add_to(self, transaction: Transaction) -> None:
        """Add the mark to `transaction`, which fails with `AlreadyApplied` if it is there."""
        mark = self._key.blank()
        mark.kind = "inbox_mark"
        mark.ttl = clock.epoch_seconds(clock.now() + INBOX_MARK_KEPT)
        transaction.put(mark, on_failure=AlreadyApplied())

"""Events: what they look like, how they leave with their transaction, how they are recognised when they return.

A domain publishes a class per event in its `events` module::

    class SessionBooked(Event):
        SOURCE: ClassVar[str] = "session"
        session_id: str

and adds it to the transaction that makes it true: ``publish(transaction, SessionBooked(...))``. The outbox item
commits with everything else, and the domain's relay carries it from the table's stream to the bus.
"""

from __future__ import annotations

import types
from datetime import datetime, timedelta
from functools import cache
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import ConfigDict
from pynamodb.attributes import UnicodeAttribute

from solo60 import clock, correlation
from solo60.ids import new_id
from solo60.models import Model
from solo60.records import Key, Record
from solo60.transaction import Transaction

OUTBOX_KIND = "outbox"
OUTBOX_KEPT = timedelta(days=7)
SECRET_KEPT = timedelta(hours=1)
"""An event that carries a one-time secret. The relay works from the stream, which keeps it for a day in any case."""
INBOX_MARK_KEPT = timedelta(days=30)


class Event(Model):
    """Base of every event's `data`. Immutable; readers ignore members they do not know.

    Attributes
    ----------
    SOURCE
        The domain that publishes it; the bus knows it as `solo60.<domain>`.
    VERSION
        Rises when a member changes its meaning or goes; new members keep it.
    ARCHIVED
        False for events that carry a one-time secret: the bus's archive leaves them out, the outbox forgets them soon.
    """

    model_config = ConfigDict(extra="ignore")
    SOURCE: ClassVar[str]
    VERSION: ClassVar[int] = 1
    ARCHIVED: ClassVar[bool] = True

    @classmethod
    def detail_type(cls) -> str:
        """Its name on the bus: the past-tense noun-verb of the class."""
        return cls.__name__


E = TypeVar("E")


class Envelope(Model, Generic[E]):
    """An event as a consumer receives it: the bus's `detail`."""

    model_config = ConfigDict(extra="ignore")
    event_id: str
    occurred_at: datetime
    version: int
    correlation_id: str
    data: E


class TableBound(Record):
    """Base of the runtime's records, which are bound to a domain's table by `in_table_of`."""

    kind = UnicodeAttribute()


class OutboxItem(TableBound):
    """An event waiting in its domain's table for the relay."""

    source = UnicodeAttribute()
    detail_type = UnicodeAttribute()
    detail = UnicodeAttribute()


class InboxMarkItem(TableBound):
    """The record that a consumer has applied an event, for deduplication."""


T = TypeVar("T", bound=Record)


@cache
def in_table_of(domain: str, record: type[T]) -> type[T]:
    """`record` as a class bound to `domain`'s table."""
    meta = type("Meta", (), {"table_name": "unset", "domain": domain})
    bound: type[T] = types.new_class(
        f"{domain.title()}{record.__name__}", (record,), exec_body=lambda namespace: namespace.update(Meta=meta)
    )
    return bound


def publish(transaction: Transaction, event: Event) -> str:
    """Let `event` leave if and only if `transaction` commits.

    Returns
    -------
    str
        The id of the event.
    """
    event_id = new_id()
    now = clock.now()
    envelope = Envelope[Any](
        event_id=event_id,
        occurred_at=now,
        version=event.VERSION,
        correlation_id=correlation.current(),
        data=event.model_dump(mode="json"),
    )
    outbox = in_table_of(event.SOURCE, OutboxItem)
    transaction.put(
        outbox(
            pk=f"OUTBOX#{event_id}",
            sk="EVENT",
            kind=OUTBOX_KIND,
            source=f"solo60.{event.SOURCE}",
            detail_type=event.detail_type(),
            detail=envelope.model_dump_json(),
            ttl=clock.epoch_seconds(now + (OUTBOX_KEPT if event.ARCHIVED else SECRET_KEPT)),
        )
    )
    transaction.events.append(event)
    return event_id


class AlreadyApplied(Exception):
    """This consumer has applied this event before; there is nothing left to do."""


def put_inbox_mark(transaction: Transaction, *, domain: str, consumer: str, event_id: str) -> None:
    """Make `transaction` fail with `AlreadyApplied` if this consumer has applied this event.

    Parameters
    ----------
    domain
        The consumer's own domain, whose table keeps the mark.
    """
    mark = inbox_mark_key(domain, consumer, event_id).blank()
    mark.kind = "inbox_mark"
    mark.ttl = clock.epoch_seconds(clock.now() + INBOX_MARK_KEPT)
    transaction.put(mark, on_failure=AlreadyApplied())


def inbox_mark_key(domain: str, consumer: str, event_id: str) -> Key[InboxMarkItem]:
    """Where the mark of a consumer for an event is."""
    return Key(in_table_of(domain, InboxMarkItem), f"INBOX_MARK#{consumer}#{event_id}", "EVENT")

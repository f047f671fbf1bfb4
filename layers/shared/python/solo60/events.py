"""Events: their format and their publication in a transaction.

A domain defines a class per event in its `events` module::

    class SessionBooked(Event):
        SOURCE: ClassVar[str] = "session"
        session_id: str

and adds it to the transaction of its cause: ``publish(transaction, SessionBooked(...))``. The outbox item commits with
the transaction, and the domain's relay publishes it from the table's stream on the bus.
"""

from __future__ import annotations

import types
from datetime import datetime, timedelta
from functools import cache
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import ConfigDict
from pynamodb.attributes import UnicodeAttribute

from solo60 import clock, correlation
from solo60.failures import LoggableError
from solo60.ids import new_id
from solo60.models import Model
from solo60.records import Record
from solo60.transaction import Transaction

OUTBOX_KIND = "outbox"
OUTBOX_KEPT = timedelta(days=7)
UNARCHIVED_KEPT = timedelta(hours=1)
"""For events that are not archived. The relay reads the stream, which keeps them for a day in any case."""
MAX_EVENT_BYTES = 64 * 1024
"""Of the bus's `detail`. An event carries ids instead of lists; what is larger goes into a record."""


class Event(Model):
    """Base of every event's `data`. Immutable; consumers ignore unknown fields.

    Attributes
    ----------
    SOURCE
        The domain that publishes it. The source on the bus is `solo60.<domain>`.
    VERSION
        Rises when a field is removed or changes its meaning. New fields do not change it.
    ARCHIVED
        False for events with a one-time secret or with personal data: the bus's archive, which outlives members, omits
        them, and their outbox items expire early. An archived event carries ids.
    """

    model_config = ConfigDict(extra="ignore")
    SOURCE: ClassVar[str]
    VERSION: ClassVar[int] = 1
    ARCHIVED: ClassVar[bool] = True

    @classmethod
    def detail_type(cls) -> str:
        """Its name on the bus: the name of the class."""
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
    """An event in its domain's table, for the relay."""

    source = UnicodeAttribute()
    detail_type = UnicodeAttribute()
    detail = UnicodeAttribute()


T = TypeVar("T", bound=Record)


@cache
def in_table_of(domain: str, record: type[T]) -> type[T]:
    """`record` as a class bound to `domain`'s table."""
    meta = type("Meta", (), {"table_name": "unset", "domain": domain})
    bound: type[T] = types.new_class(
        f"{domain.title()}{record.__name__}", (record,), exec_body=lambda namespace: namespace.update(Meta=meta)
    )
    return bound


class EventTooLarge(LoggableError):
    """An event of more than `MAX_EVENT_BYTES`: its class lets in more than it should."""


def publish(transaction: Transaction, event: Event) -> str:
    """Publish `event` if and only if `transaction` commits.

    Returns
    -------
    str
        The id of the event.

    Raises
    ------
    EventTooLarge
        The use case has to be changed. Its transaction is not committed, so the event is not lost behind its effect.
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
    detail = envelope.model_dump_json()
    size = len(detail.encode())
    if size > MAX_EVENT_BYTES:
        raise EventTooLarge(f"{event.detail_type()} has {size} bytes, and an event may have {MAX_EVENT_BYTES}")
    outbox = in_table_of(event.SOURCE, OutboxItem)
    transaction.put(
        outbox(
            pk=f"OUTBOX#{event_id}",
            sk="EVENT",
            kind=OUTBOX_KIND,
            source=f"solo60.{event.SOURCE}",
            detail_type=event.detail_type(),
            detail=detail,
            ttl=clock.epoch_seconds(now + (OUTBOX_KEPT if event.ARCHIVED else UNARCHIVED_KEPT)),
        )
    )
    return event_id


class AlreadyApplied(Exception):
    """This consumer has applied this event before. There is nothing to do."""

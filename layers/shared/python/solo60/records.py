"""DynamoDB records: one table per domain, `PK`/`SK`, named indexes, one botocore client for all.

A domain defines a base class in its `records` module, and its record types below it::

    class PaymentRecord(Record):
        class Meta:
            domain = "payment"

        kind = DiscriminatorAttribute()

    class Purchase(PaymentRecord, discriminator="purchase"): ...

Always import a domain's records from that module. A query filters by the imported record types, so the result of a
query would lack a type that is not imported, without an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Generic, Protocol, TypeVar, cast

from botocore.exceptions import ClientError
from pynamodb.attributes import Attribute, NumberAttribute, UnicodeAttribute
from pynamodb.connection.table import TableConnection
from pynamodb.constants import STRING
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from solo60 import aws, clock, settings
from solo60.retry import Backoff, ConditionFailed, deadline_in

R = TypeVar("R", bound="Record")
Q = TypeVar("Q", bound="Record")
R_co = TypeVar("R_co", bound="Record", covariant=True)

RawItem = dict[str, Any]
"""An item as DynamoDB gives it: attribute names with typed values."""

Place = tuple[str, str, str]
"""Table, partition key and sort key."""

MAX_KEYS_A_READ = 100


class InstantAttribute(Attribute[datetime]):
    """An instant, stored as UTC text of fixed width, so that the order as text is the order in time."""

    attr_type = STRING

    def serialize(self, value: datetime) -> str:
        """The stored text. Refuses a datetime without a zone."""
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return clock.to_sortable(value)

    def deserialize(self, value: str) -> datetime:
        """The instant, in UTC."""
        return datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


class Record(Model):
    """Base of all records. `Meta.domain` determines the table, through the function's environment at first use."""

    class Meta:
        table_name = "unset"
        domain: ClassVar[str]

    pk = UnicodeAttribute(hash_key=True, attr_name="PK")
    sk = UnicodeAttribute(range_key=True, attr_name="SK")
    ttl = NumberAttribute(null=True)
    """Epoch seconds after which DynamoDB may remove the item. It can stay readable for days: compare the time too."""

    @classmethod
    def _get_connection(cls) -> TableConnection:
        cls.Meta.table_name = settings.table_name(cls.Meta.domain)
        connection = super()._get_connection()
        # pynamodb would create a client, and a TLS session, for every class.
        connection.connection._client = aws.client("dynamodb")
        return connection


class RecordIndex(GlobalSecondaryIndex[R]):
    """Base of indexes, which hold all attributes. The key of an index `name` is `<name>_pk` and `<name>_sk`::

        class ByType(RecordIndex[Record], name="by_type"): ...

        class Entry(PaymentRecord, discriminator="entry"):
            by_type_pk = UnicodeAttribute()
            by_type_sk = UnicodeAttribute()
            by_type = ByType()

    `Entry.by_type` is an index of entries: what is read through it are entries.
    """

    name: ClassVar[str]

    def __init_subclass__(cls, *, name: str) -> None:
        cls.name = name
        cls.Meta = type("Meta", (), {"index_name": name, "projection": AllProjection()})
        setattr(cls, f"{name}_pk", UnicodeAttribute(hash_key=True, attr_name=f"{name}_pk"))
        setattr(cls, f"{name}_sk", UnicodeAttribute(range_key=True, attr_name=f"{name}_sk"))
        super().__init_subclass__()  # type: ignore[no-untyped-call]

    def __get__(self, record: Q | None, kind: type[Q]) -> RecordIndex[Q]:
        return cast("RecordIndex[Q]", self)


@dataclass(frozen=True)
class Key(Generic[R_co]):
    """Where one record lives."""

    record: type[R_co]
    pk: str
    sk: str

    def blank(self) -> R_co:
        """A record with this key and nothing else, for an operation that needs no more."""
        return self.record(self.pk, self.sk)

    @property
    def place(self) -> Place:
        """Table, partition key and sort key."""
        return settings.table_name(self.record.Meta.domain), self.pk, self.sk


class Found:
    """What a batch read has found: `found[key]` is the record, or None where there is none.

    Parameters
    ----------
    asked
        The places that were read.
    items
        What was there.
    """

    def __init__(self, asked: Iterable[Place], items: Mapping[Place, RawItem]) -> None:
        self._items = {place: items.get(place) for place in asked}

    def __getitem__(self, key: Key[R]) -> R | None:
        """The record at a key.

        Raises
        ------
        LookupError
            The key was not read, so nothing is known of it: None would say that there is no record.
        """
        if key.place not in self._items:
            raise LookupError(f"{key.record.__name__} {key.pk} {key.sk} was not read")
        raw = self._items[key.place]
        return None if raw is None else key.record.from_raw_data(raw)

    def all(self, keys: Iterable[Key[R]]) -> list[R | None]:
        """The records in the order of `keys`, None where there is none."""
        return [self[key] for key in keys]


class Read(Protocol):
    """How records are read: `work.read` inside a unit of work, `batch_get` outside of one."""

    def __call__(self, *keys: Key[Record]) -> Found:
        """What there is at the keys, by a strong read."""


def batch_get(*keys: Key[Record], deadline: float | None = None) -> Found:
    """Read records of any domains by strong BatchGetItems of up to 100 keys each.

    Each item is read as it is at that moment. They are no snapshot: two items that one transaction writes may be read
    before and after it.

    Parameters
    ----------
    keys
        The keys to read; repetitions are allowed.
    deadline
        On the monotonic clock: until when keys that DynamoDB left unprocessed are asked for again.

    Raises
    ------
    ServiceUnavailable
        DynamoDB did not process all keys until the deadline.
    """
    backoff = Backoff(deadline_in() if deadline is None else deadline, "The database is busy; try again in a moment.")
    places = list(dict.fromkeys(key.place for key in keys))
    items: dict[Place, RawItem] = {}
    for first in range(0, len(places), MAX_KEYS_A_READ):
        _read_into(items, places[first : first + MAX_KEYS_A_READ], backoff)
    return Found(places, items)


def _read_into(items: dict[Place, RawItem], places: Sequence[Place], backoff: Backoff) -> None:
    pending: dict[str, Any] = {}
    for table, pk, sk in places:
        request = pending.setdefault(table, {"Keys": [], "ConsistentRead": True})
        request["Keys"].append({"PK": {"S": pk}, "SK": {"S": sk}})
    while True:
        answer = aws.client("dynamodb").batch_get_item(RequestItems=pending)
        for table, found in answer["Responses"].items():
            items.update(((table, item["PK"]["S"], item["SK"]["S"]), item) for item in found)
        pending = answer.get("UnprocessedKeys") or {}
        if not pending:
            return
        backoff.pause()


def get_eventual(key: Key[R]) -> R | None:
    """The record at a key as it is or was a moment ago, by an eventual GetItem at half the price of a strong read."""
    try:
        return key.record.get(key.pk, key.sk)
    except key.record.DoesNotExist:
        return None


def update_now(record: R, actions: Sequence[Action], condition: Condition | None = None) -> R:
    """Change one item outside of a transaction: for counters and leases that have to stand before the work goes on.

    It is repeated while a transaction holds the item, and by botocore where the answer is lost: a count may then be one
    too high.

    Parameters
    ----------
    record
        A record with the key of the item: `key.blank()`.

    Returns
    -------
    Record
        The record after the update.

    Raises
    ------
    ConditionFailed
        With the item as it is.
    ServiceUnavailable
        Transactions kept holding the item.
    """
    kwargs = record.get_update_kwargs_from_instance(
        actions=list(actions), condition=condition, return_values_on_condition_failure="ALL_OLD"
    )
    backoff = Backoff(deadline_in())
    while True:
        try:
            answer = aws.client("dynamodb").update_item(**kwargs, ReturnValues="ALL_NEW")
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "ConditionalCheckFailedException":
                response: dict[str, Any] = dict(error.response)
                raise ConditionFailed(response.get("Item")) from None
            if code != "TransactionConflictException":
                raise
            backoff.pause()
        else:
            return type(record).from_raw_data(answer["Attributes"])

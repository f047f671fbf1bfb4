"""DynamoDB records: one table per domain, `PK`/`SK`, named indexes, one botocore client for all of them.

A domain states its base once, in its `records` module, and its kinds below it::

    class PaymentRecord(Record):
        class Meta:
            domain = "payment"

        kind = DiscriminatorAttribute()

    class Purchase(PaymentRecord, discriminator="purchase"): ...

Import a domain's records through that one module: a query filters by the kinds that are imported, so a kind left
out of a function would vanish from its answers without an error.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar, NamedTuple, TypeVar

from pynamodb.attributes import Attribute, NumberAttribute, UnicodeAttribute
from pynamodb.connection.table import TableConnection
from pynamodb.constants import STRING
from pynamodb.models import Model

from solo60 import aws, clock, settings
from solo60.problems import ServiceUnavailable

R = TypeVar("R", bound="Record")

BATCH_READ_ATTEMPTS = 5


class InstantAttribute(Attribute[datetime]):
    """An instant, stored as a fixed-width UTC text, so that its order as text is its order in time."""

    attr_type = STRING

    def serialize(self, value: datetime) -> str:
        """The stored text; refuses a datetime without a zone."""
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return clock.to_sortable(value)

    def deserialize(self, value: str) -> datetime:
        """The instant, in UTC."""
        return datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


class Record(Model):
    """Base of every record. `Meta.domain` names the table through the function's environment, at first use."""

    class Meta:
        table_name = "unset"
        domain: ClassVar[str]

    pk = UnicodeAttribute(hash_key=True, attr_name="PK")
    sk = UnicodeAttribute(range_key=True, attr_name="SK")
    ttl = NumberAttribute(null=True)
    """Epoch seconds after which DynamoDB may remove the item. It stays readable for days: compare the time too."""

    @classmethod
    def _get_connection(cls) -> TableConnection:
        cls.Meta.table_name = settings.table_name(cls.Meta.domain)
        connection = super()._get_connection()
        # pynamodb would make a client, and a TLS session, for every class.
        connection.connection._client = aws.client("dynamodb")
        return connection

    @classmethod
    def find(cls: type[R], pk: str, sk: str, *, consistent: bool = False) -> R | None:
        """The record at a key, or None.

        Parameters
        ----------
        consistent
            A strong read: for money, PINs and whatever was just written.
        """
        try:
            return cls.get(pk, sk, consistent_read=consistent)
        except cls.DoesNotExist:
            return None


class Key(NamedTuple):
    """Where one record lives, for `batch_get`."""

    record: type[Record]
    pk: str
    sk: str


def batch_get(keys: Sequence[Key]) -> list[Record | None]:
    """Read up to 100 records of any domains in one strong BatchGetItem.

    Parameters
    ----------
    keys
        What to read; the same key may stand twice.

    Returns
    -------
    list
        The records in the order of `keys`, None where there is none.

    Raises
    ------
    ServiceUnavailable
        DynamoDB kept leaving keys unprocessed.
    """
    pending: dict[str, Any] = {}
    for key in dict.fromkeys(keys):
        table = settings.table_name(key.record.Meta.domain)
        request = pending.setdefault(table, {"Keys": [], "ConsistentRead": True})
        raw_key = {"PK": {"S": key.pk}, "SK": {"S": key.sk}}
        if raw_key not in request["Keys"]:
            request["Keys"].append(raw_key)
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for attempt in range(BATCH_READ_ATTEMPTS):
        if not pending:
            break
        if attempt:
            time.sleep(random.uniform(0, 0.05 * 2**attempt))
        answer = aws.client("dynamodb").batch_get_item(RequestItems=pending)
        for table, items in answer["Responses"].items():
            for item in items:
                found[(table, item["PK"]["S"], item["SK"]["S"])] = item
        pending = answer.get("UnprocessedKeys") or {}
    if pending:
        raise ServiceUnavailable
    records: list[Record | None] = []
    for key in keys:
        raw = found.get((settings.table_name(key.record.Meta.domain), key.pk, key.sk))
        records.append(None if raw is None else key.record.from_raw_data(raw))
    return records

"""`Idempotency-Key`: the first response is stored for 24 hours and replayed.

The runtime acquires the key before the use case runs; a use case with `acquires_key` acquires it in its own first
transaction (`IdempotencyKey.acquire_in`). A use case that commits a transaction stores the response in that same
transaction (`IdempotencyKey.store_response`), so that a request repeated after a crash is answered too. For all others
the runtime stores the response afterwards. A refusal releases the key. A key whose function died expires.
"""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from solo60 import clock
from solo60.bans import require_not_banned
from solo60.declarations import EndpointDeclaration, Provided
from solo60.events import TableBound, in_table_of
from solo60.grants import Do, TableGrant
from solo60.http.fingerprint import fingerprint
from solo60.http.request import Request
from solo60.http.response import Replayed, Response, Tagged, render
from solo60.ids import new_id
from solo60.problems import IdempotencyKeyReused, InvalidRequest, RequestInFlight
from solo60.records import InstantAttribute
from solo60.transaction import Transaction

HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotent-Replayed"
MAX_KEY_LENGTH = 255
KEPT = timedelta(hours=24)
ACQUIRED_FOR = timedelta(seconds=30)


def grant(domain: str) -> TableGrant:
    """The grant that keys need, on the domain's own table."""
    return TableGrant(domain, {Do.PUT, Do.DELETE, Do.GET})


class IdempotencyRecord(TableBound):
    """One use of a key: in flight until its response is stored."""

    attempt = UnicodeAttribute()
    fingerprint = UnicodeAttribute()
    lapses_at = InstantAttribute()
    kept_until = InstantAttribute()
    status = NumberAttribute(null=True)
    body = UnicodeAttribute(null=True)
    headers = UnicodeAttribute(null=True)


class IdempotencyKey(Provided):
    """The key that the caller sent. Without one, all methods do nothing."""

    def __init__(
        self, endpoint: EndpointDeclaration, request: Request, arguments: dict[str, Any], caller_id: str | None
    ) -> None:
        self._endpoint = endpoint
        self._record: IdempotencyRecord | None = None
        self._stored_in: Transaction | None = None
        key = request.header(HEADER)
        if key is None:
            return
        if not 0 < len(key) <= MAX_KEY_LENGTH or not key.isprintable():
            raise InvalidRequest.of(HEADER, f"This must be 1 to {MAX_KEY_LENGTH} printable characters.")
        now = clock.now()
        # Anonymous callers are scoped by IP address.
        caller = caller_id or f"anonymous {request.source_ip}"
        scope = json.dumps([caller, endpoint.route, key]).encode()
        record_type = in_table_of(endpoint.domain, IdempotencyRecord)
        self._record = record_type(
            pk=f"IDEMPOTENCY#{hashlib.sha256(scope).hexdigest()}",
            sk="KEY",
            kind="idempotency",
            attempt=new_id(),
            fingerprint=fingerprint(key, arguments),
            lapses_at=now + ACQUIRED_FOR,
            kept_until=now + KEPT,
            ttl=clock.epoch_seconds(now + KEPT),
        )

    @property
    def active(self) -> bool:
        """Whether the caller sent a key."""
        return self._record is not None

    def acquire(self, check_ban_of: str | None) -> None:
        """Acquire the key, and refuse a banned member in the same transaction.

        Raises
        ------
        Replayed
            An earlier request has a stored response.
        IdempotencyKeyReused
            The key was used for another request.
        RequestInFlight
            The first request is still in progress.
        """
        transaction = Transaction()
        if check_ban_of is not None:
            require_not_banned(transaction, check_ban_of)
        self.acquire_in(transaction)
        transaction.commit()

    def acquire_in(self, transaction: Transaction) -> None:
        """Acquire the key if `transaction` commits. The commit raises what `acquire` raises."""
        record = self._record
        if record is None:
            return
        kind = type(record)
        now = clock.now()
        transaction.put(
            record,
            condition=kind.pk.does_not_exist()
            | (kind.kept_until <= now)
            | (kind.status.does_not_exist() & (kind.lapses_at <= now))
            | (kind.attempt == record.attempt),
            on_failure=self._key_exists,
        )

    def _key_exists(self, item: dict[str, Any] | None) -> Exception:
        record = self._record
        if record is None or not item:
            return RequestInFlight(headers={"Retry-After": "1"})
        earlier = type(record).from_raw_data(item)
        if earlier.fingerprint != record.fingerprint:
            return IdempotencyKeyReused()
        if earlier.status is None:
            return RequestInFlight(headers={"Retry-After": "1"})
        headers = {**json.loads(earlier.headers or "{}"), REPLAYED_HEADER: "true"}
        return Replayed(Response(int(earlier.status), earlier.body or "", headers))

    def store_response(self, transaction: Transaction, answer: BaseModel | Tagged[Any] | None) -> None:
        """Store `answer` in the use case's own transaction.

        The commit raises what `acquire` raises if the key has expired and another request has acquired it since.
        """
        if self._record is None:
            return
        self._store_in(transaction, render(answer, self._endpoint.status))

    def store_rendered(self, response: Response) -> None:
        """Store a response after the use case, unless a transaction has stored it."""
        if self._record is None or (self._stored_in is not None and self._stored_in.committed):
            return
        transaction = Transaction()
        self._store_in(transaction, response)
        transaction.commit()

    def release(self) -> None:
        """Release the key, after a refusal."""
        record = self._record
        if record is None:
            return
        transaction = Transaction()
        kind = type(record)
        transaction.delete(
            kind(record.pk, record.sk),
            condition=(kind.attempt == record.attempt) & kind.status.does_not_exist(),
            on_failure=_KeyLost(),
        )
        try:
            transaction.commit()
        except _KeyLost:
            return

    def _store_in(self, transaction: Transaction, response: Response) -> None:
        record = self._record
        if record is None:
            return
        record.status = response.status
        record.body = response.body
        record.headers = json.dumps(response.headers)
        # The condition of `acquire_in` again: after it expired, another request may have acquired the key.
        self.acquire_in(transaction)
        self._stored_in = transaction


class _KeyLost(Exception):
    pass

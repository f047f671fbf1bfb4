"""`Idempotency-Key`: the first answer is kept for 24 hours and replayed.

The key is read with the use case's first read and written, with the answer, as the first operation of its transaction.
Two requests under one key both work; one commits, and the other replays its answer. A use case that asks a provider
outside acquires the key with its first transaction instead (`UnitOfWork.begin`), and a second request is refused while
the first is in flight. A refusal keeps no key, and a key whose function died lapses.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from solo60 import clock
from solo60.declarations import EndpointDeclaration
from solo60.events import TableBound, in_table_of
from solo60.grants import Do, TableGrant
from solo60.http.fingerprint import fingerprint, subject
from solo60.http.request import Request
from solo60.http.response import Replayed, Response
from solo60.ids import new_id
from solo60.problems import IdempotencyKeyReused, InvalidRequest, RequestInFlight
from solo60.records import Found, InstantAttribute, Key, RawItem
from solo60.transaction import Transaction

HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotent-Replayed"
MAX_KEY_LENGTH = 255
KEPT = timedelta(hours=24)
ACQUIRED_FOR = timedelta(seconds=30)


def grant(domain: str, *, acquired: bool) -> TableGrant:
    """The grant for keys, on the domain's own table."""
    return TableGrant(domain, {Do.BATCH_GET, Do.PUT} | ({Do.DELETE} if acquired else set()))


class IdempotencyRecord(TableBound):
    """One use of a key: in flight until its response is stored."""

    attempt = UnicodeAttribute()
    fingerprint = UnicodeAttribute()
    lapses_at = InstantAttribute()
    kept_until = InstantAttribute()
    status = NumberAttribute(null=True)
    body = UnicodeAttribute(null=True)
    headers = UnicodeAttribute(null=True)


class IdempotencyKey:
    """The caller's key and what is kept under it.

    Parameters
    ----------
    arguments
        The parsed path, query and body, by which the request is told from another one.
    render
        What a use case returns, as the answer that is kept.
    """

    lasting = True

    def __init__(
        self,
        endpoint: EndpointDeclaration,
        request: Request,
        arguments: dict[str, Any],
        key: str,
        caller_id: str | None,
        *,
        render: Callable[[object], Response],
    ) -> None:
        if not 0 < len(key) <= MAX_KEY_LENGTH or not key.isprintable():
            raise InvalidRequest.of(HEADER, f"This must be 1 to {MAX_KEY_LENGTH} printable characters.")
        now = clock.now()
        # Anonymous callers are scoped by IP address and by what their request is about: many share an address.
        caller = [caller_id] if caller_id else ["anonymous", request.source_ip, subject(arguments)]
        scope = json.dumps([*caller, endpoint.route, key]).encode()
        self._render = render
        self._kind = in_table_of(endpoint.domain, IdempotencyRecord)
        self._key = Key(self._kind, f"IDEMPOTENCY#{hashlib.sha256(scope).hexdigest()}", "KEY")
        self._record = self._kind(
            self._key.pk,
            self._key.sk,
            kind="idempotency",
            attempt=new_id(),
            fingerprint=fingerprint(key, arguments),
            lapses_at=now + ACQUIRED_FOR,
            kept_until=now + KEPT,
            ttl=clock.epoch_seconds(now + KEPT),
        )

    def keys_to_read(self) -> Sequence[Key[IdempotencyRecord]]:
        """What is kept under the key."""
        return (self._key,)

    def judge(self, found: Found) -> None:
        """Let the first request under the key pass.

        Raises
        ------
        Replayed
            An earlier request was answered.
        IdempotencyKeyReused
            The key was used for another request.
        RequestInFlight
            An earlier request is still being worked on.
        """
        earlier = found[self._key]
        if earlier is not None and self._holds(earlier):
            raise self._refusal(earlier)

    def add_to(self, transaction: Transaction) -> None:
        """Acquire the key, with the answer if there is one; it has to be the first operation of the transaction."""
        kind, now = self._kind, clock.now()
        transaction.put(
            self._record,
            condition=kind.pk.does_not_exist()
            | (kind.kept_until <= now)
            | (kind.status.does_not_exist() & (kind.lapses_at <= now))
            | (kind.attempt == self._record.attempt),
            on_failure=self._in_the_way,
        )

    def store_response(self, result: object) -> None:
        """Keep `result` as the answer when the next transaction commits."""
        response = self._render(result)
        self._record.status = response.status
        self._record.body = response.body
        self._record.headers = json.dumps(response.headers)

    def release(self) -> None:
        """Give up the key that was acquired by this request and has no answer."""
        transaction = Transaction()
        kind = self._kind
        transaction.delete(
            self._key.blank(),
            condition=(kind.attempt == self._record.attempt) & kind.status.does_not_exist(),
            on_failure=_HeldByOthers(),
        )
        try:
            transaction.commit()
        except _HeldByOthers:
            return

    def _holds(self, earlier: IdempotencyRecord) -> bool:
        """Whether what is kept stands in the way of this request."""
        now = clock.now()
        if earlier.kept_until <= now:
            return False
        if earlier.status is None:
            return earlier.attempt != self._record.attempt and earlier.lapses_at > now
        return True

    def _in_the_way(self, item: RawItem | None) -> Exception:
        # AWS gives the item; where it is gone again, the request may be repeated.
        return self._refusal(self._kind.from_raw_data(item)) if item else _in_flight()

    def _refusal(self, earlier: IdempotencyRecord) -> Exception:
        if earlier.fingerprint != self._record.fingerprint:
            return IdempotencyKeyReused()
        if earlier.status is None:
            return _in_flight()
        headers = {**json.loads(earlier.headers or "{}"), REPLAYED_HEADER: "true"}
        return Replayed(Response(int(earlier.status), earlier.body or "", headers))


class _HeldByOthers(Exception):
    pass


def _in_flight() -> RequestInFlight:
    return RequestInFlight(headers={"Retry-After": "1"})

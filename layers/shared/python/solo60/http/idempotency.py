"""`Idempotency-Key`: the first answer is kept for 24 hours and replayed.

The key is claimed before the use case runs, or in the first transaction of a use case that says so
(`Claim.take_in`). A use case that commits a transaction of its own puts the answer into that same transaction
(`Claim.complete_in`), so that a crash after the commit still replays; for any other the runtime keeps the answer
afterwards. A refusal gives the key back, and a claim that died with its function lapses.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from solo60 import clock
from solo60.bans import require_not_banned
from solo60.declarations import Do, EndpointDeclaration, Table
from solo60.events import TableBound, in_table_of
from solo60.http.request import Provided, Request
from solo60.http.response import Replayed, Response, Tagged, render
from solo60.ids import new_id
from solo60.problems import IdempotencyKeyReused, InvalidRequest, RequestInFlight
from solo60.records import InstantAttribute
from solo60.transaction import Transaction

HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotent-Replayed"
MAX_KEY_LENGTH = 255
KEPT = timedelta(hours=24)
CLAIM_LAPSES = timedelta(seconds=30)


def needs(domain: str) -> Table:
    """What keeping keys asks of the domain's own table."""
    return Table(domain, {Do.PUT, Do.DELETE, Do.GET})


class IdempotencyRecord(TableBound):
    """One use of a key: in flight until it has an answer."""

    attempt = UnicodeAttribute()
    fingerprint = UnicodeAttribute()
    lapses_at = InstantAttribute()
    kept_until = InstantAttribute()
    status = NumberAttribute(null=True)
    body = UnicodeAttribute(null=True)
    headers = UnicodeAttribute(null=True)


class Claim(Provided):
    """The caller's key, claimed for this request; an idle one where no key was sent."""

    def __init__(self, endpoint: EndpointDeclaration, request: Request, caller_id: str | None) -> None:
        self._endpoint = endpoint
        self._record: IdempotencyRecord | None = None
        self._completed_in: Transaction | None = None
        key = request.header(HEADER)
        if key is None:
            return
        if not 0 < len(key) <= MAX_KEY_LENGTH or not key.isprintable():
            raise InvalidRequest.of(HEADER, f"must be 1 to {MAX_KEY_LENGTH} printable characters")
        now = clock.now()
        # Nobody in particular is whoever calls from that address.
        caller = caller_id or f"anonymous {request.source_ip}"
        scope = json.dumps([caller, endpoint.route, key]).encode()
        record_type = in_table_of(endpoint.domain, IdempotencyRecord)
        self._record = record_type(
            pk=f"IDEMPOTENCY#{hashlib.sha256(scope).hexdigest()}",
            sk="KEY",
            kind="idempotency",
            attempt=new_id(),
            fingerprint=_fingerprint(request, key),
            lapses_at=now + CLAIM_LAPSES,
            kept_until=now + KEPT,
            ttl=clock.epoch_seconds(now + KEPT),
        )

    @property
    def active(self) -> bool:
        """Whether the caller sent a key."""
        return self._record is not None

    def take(self, banned_check_for: str | None) -> None:
        """Claim the key; in the same trip refuse a banned member.

        Raises
        ------
        Replayed
            An earlier request was answered.
        IdempotencyKeyReused
            The key was used for another request.
        RequestInFlight
            The first request is still being worked on.
        """
        transaction = Transaction()
        if banned_check_for is not None:
            require_not_banned(transaction, banned_check_for)
        self.take_in(transaction)
        transaction.commit()

    def take_in(self, transaction: Transaction) -> None:
        """Claim the key if and only if `transaction` commits, which fails as `take` does."""
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
            otherwise=self._key_exists,
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

    def complete_in(self, transaction: Transaction, answer: BaseModel | Tagged[Any] | None) -> None:
        """Keep `answer` in the use case's own transaction, so that it is kept if and only if that commits.

        It fails as `take` does where the claim has lapsed and another request has taken the key since.
        """
        if self._record is None:
            return
        self._keep_in(transaction, render(answer, self._endpoint.status))

    def keep(self, response: Response) -> None:
        """Keep an answer after the fact, unless a transaction has done it."""
        if self._record is None or (self._completed_in is not None and self._completed_in.committed):
            return
        transaction = Transaction()
        self._keep_in(transaction, response)
        transaction.commit()

    def release(self) -> None:
        """Give the key back: a refusal keeps none."""
        record = self._record
        if record is None:
            return
        transaction = Transaction()
        kind = type(record)
        transaction.delete(
            kind(record.pk, record.sk),
            condition=(kind.attempt == record.attempt) & kind.status.does_not_exist(),
            otherwise=_NotOurs(),
        )
        try:
            transaction.commit()
        except _NotOurs:
            return

    def _keep_in(self, transaction: Transaction, response: Response) -> None:
        record = self._record
        if record is None:
            return
        record.status = response.status
        record.body = response.body
        record.headers = json.dumps(response.headers)
        # Under the condition of a claim: one that lapsed may have been taken, and answered, by another request since.
        self.take_in(transaction)
        self._completed_in = transaction


class _NotOurs(Exception):
    pass


def _fingerprint(request: Request, key: str) -> str:
    try:
        body = json.dumps(json.loads(request.body), sort_keys=True) if request.body else ""
    except ValueError:
        body = request.body.hex()
    # Keyed by the key itself, which is not stored: a plain hash of a body that holds a password could be guessed at.
    return hmac.new(key.encode(), f"{request.path}\n{body}".encode(), hashlib.sha256).hexdigest()

"""A unit of work without AWS, for tests of use cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from solo60.records import Found, Key, Record
from solo60.retry import deadline_in
from solo60.transaction import Transaction
from solo60.unit_of_work import AnswerGuard, Guard, UnitOfWork


class FakeUnitOfWork(UnitOfWork):
    """Reads from the records that it is given, and keeps what would have been committed.

    Parameters
    ----------
    records
        What is there; the names of the domains' tables have to be set (`tables` does that).
    failures
        What the commits raise, one after the other, before one succeeds: `ConditionFailed()` for a change by others.
    """

    def __init__(
        self,
        *records: Record,
        failures: Sequence[Exception] = (),
        guards: Sequence[Guard] = (),
        answer: AnswerGuard | None = None,
        seconds: float = 1,
    ) -> None:
        super().__init__(
            guards, answer=answer, deadline=deadline_in(seconds), read=self._read_records, commit=self._keep
        )
        self.records = list(records)
        self.failures = list(failures)
        self.reads: list[list[str]] = []
        """The sort keys of each read."""
        self.committed: list[list[tuple[str, str, str]]] = []
        """The operations of each commit: verb, partition key, sort key."""

    def _read_records(self, *keys: Key[Any]) -> Found:
        self.reads.append([key.sk for key in keys])
        items = {
            Key(type(record), record.pk, record.sk).place: record.to_dynamodb_dict()
            for record in self.records
            if record is not None
        }
        return Found([key.place for key in keys], items)

    def _keep(self, transaction: Transaction, deadline: float) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.committed.append(transaction.places)

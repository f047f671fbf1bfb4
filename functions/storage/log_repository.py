"""Reads and writes of the access log. No rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from solo60.events import AlreadyApplied
from solo60.paging import PageOf, Paging
from solo60.records import Key
from solo60.repository import RecordQuery, Repository
from solo60.transaction import Transaction
from storage.records import LogLine


def line_key(file_id: str, line_id: str) -> Key[LogLine]:
    """The key of a line of the access log."""
    return Key(LogLine, f"FILE#{file_id}", f"LOG#{line_id}")


class AccessLogRepository(Repository[LogLine, [str, str]]):
    """Lines of the access log by file and id."""

    key = staticmethod(line_key)

    def add(
        self,
        transaction: Transaction,
        line_id: str,
        *,
        file_id: str,
        owner_id: str,
        actor_id: str,
        purpose: str,
        action: str,
        at: datetime,
    ) -> None:
        """Add a line, unless there is one with this id.

        Raises
        ------
        AlreadyApplied
            At the commit: there is one.
        """
        key = line_key(file_id, line_id)
        line = LogLine(
            key.pk,
            key.sk,
            line_id=line_id,
            file_id=file_id,
            owner_id=owner_id,
            actor_id=actor_id,
            purpose=purpose,
            action=action,
            created_at=at,
            by_day_pk=_day(at.date()),
            by_day_sk=line_id,
        )
        transaction.put(line, on_failure=AlreadyApplied())

    def of_file(self, file_id: str, paging: Paging, keep: Callable[[LogLine], bool]) -> PageOf[LogLine]:
        """A page of what happened to a file, newest first."""
        query = RecordQuery(LogLine, f"FILE#{file_id}", LogLine.sk.startswith("LOG#"), backwards=True)
        return self.page(paging, query, keep=keep)

    def of_day(self, day: date, paging: Paging, keep: Callable[[LogLine], bool]) -> PageOf[LogLine]:
        """A page of what happened on a day in UTC, newest first. The cursor has the day."""
        query = RecordQuery(LogLine, _day(day), index=LogLine.by_day.name, backwards=True)
        return self.page(paging, query, keep=keep, carried={"day": day.isoformat()})


def _day(day: date) -> str:
    return f"DAY#{day.isoformat()}"

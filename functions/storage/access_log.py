"""The access log: who uploaded, read and removed which file, and when."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from solo60 import clock
from solo60.events import AlreadyApplied
from solo60.ids import new_id
from solo60.models import Model
from solo60.paging import PageOf, Paging
from solo60.queues import send
from solo60.transaction import Transaction
from solo60.unit_of_work import UnitOfWork
from storage.log_repository import AccessLogRepository
from storage.records import LogLine, StoredFile

READS = "storage-reads"
"""The queue of readings. They are logged by a worker, because a GET writes nothing itself."""


class Action(StrEnum):
    """What was done with a file."""

    UPLOADED = "uploaded"
    REJECTED = "rejected"
    READ = "read"
    REMOVED = "removed"


class Reading(Model):
    """A message: a member got an address of a file."""

    line_id: str
    file_id: str
    owner_id: str
    actor_id: str
    purpose: str
    at: datetime


def note(transaction: Transaction, log: AccessLogRepository, file: StoredFile, actor_id: str, action: Action) -> None:
    """Add a line in the transaction of what it tells."""
    log.add(
        transaction,
        new_id(),
        file_id=file.file_id,
        owner_id=file.owner_id,
        actor_id=actor_id,
        purpose=file.purpose,
        action=action,
        at=clock.now(),
    )


def announce_reading(file: StoredFile, actor_id: str) -> None:
    """Have a reading logged. If this fails, the address is not given out."""
    reading = Reading(
        line_id=new_id(),
        file_id=file.file_id,
        owner_id=file.owner_id,
        actor_id=actor_id,
        purpose=file.purpose,
        at=clock.now(),
    )
    send(READS, reading)


def store_reading(uow: UnitOfWork, log: AccessLogRepository, reading: Reading) -> None:
    """Add the line of a reading, once however often the message comes."""
    try:
        uow.run(
            lambda work: log.add(
                work,
                reading.line_id,
                file_id=reading.file_id,
                owner_id=reading.owner_id,
                actor_id=reading.actor_id,
                purpose=reading.purpose,
                action=Action.READ,
                at=reading.at,
            )
        )
    except AlreadyApplied:
        return


def lines(
    log: AccessLogRepository,
    paging: Paging,
    *,
    day: date | None,
    file_id: str | None,
    actor_id: str | None,
    action: Action | None,
) -> PageOf[LogLine]:
    """A page of the log, newest first: of a file, or of a day in UTC, by default the one of the first page."""

    def keep(line: LogLine) -> bool:
        return (
            (actor_id is None or line.actor_id == actor_id)
            and (action is None or line.action == action)
            and (day is None or line.created_at.date() == day)
        )

    if file_id is not None:
        return log.of_file(file_id, paging, keep)
    # The next page may be asked for after midnight.
    first = paging.text("day")
    return log.of_day(day or (clock.now().date() if first is None else date.fromisoformat(first)), paging, keep)

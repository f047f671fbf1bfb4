"""Every read and write of the storage table. No rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from solo60 import clock
from solo60.due import DueWork
from solo60.paging import PageOf, Paging
from solo60.records import Key, RawItem
from solo60.repository import RecordQuery, Repository, changes_of
from solo60.transaction import Transaction
from storage.errors import QuotaExceeded, TooManyFiles
from storage.purposes import QUOTA_BYTES, rules_of
from storage.records import OWNER_PREFIX, Reservation, StorageRecord, StoredFile, Usage

TIDY = DueWork("FILE", queue="storage-files-due")
"""Files whose time is over, and objects that nobody needs any more."""
TOMBSTONE_KEPT = timedelta(days=30)
_RESERVATION = "RESERVATION#"
_LISTED = ("by_owner", "by_purpose", "by_state")
MAX_OVERDUE = 100


def file_key(file_id: str) -> Key[StoredFile]:
    """The key of a file."""
    return Key(StoredFile, f"FILE#{file_id}", "FILE")


def usage_key(owner_id: str) -> Key[Usage]:
    """The key of what an owner has used."""
    return Key(Usage, f"{OWNER_PREFIX}{owner_id}", "USAGE")


def reservation_key(owner_id: str, ends_at: datetime, file_id: str) -> Key[Reservation]:
    """The key of what is reserved for a file."""
    return Key(Reservation, f"{OWNER_PREFIX}{owner_id}", f"{_RESERVATION}{clock.to_sortable(ends_at)}#{file_id}")


@dataclass(frozen=True)
class Used:
    """What an owner has used, without what is reserved for uploads whose time is over."""

    bytes: int
    files: int


class FileRepository(Repository[StoredFile, [str]]):
    """Files by id, and what their owners use."""

    key = staticmethod(file_key)

    def begin(self, transaction: Transaction, file: StoredFile, ends_at: datetime) -> None:
        """Add a pending file, and reserve what it needs until an instant.

        Raises
        ------
        QuotaExceeded, TooManyFiles
            At the commit.
        """
        file.ends_at = ends_at
        self._place(file)
        file.by_due_pk, file.by_due_sk = TIDY.index_keys(file.file_id, ends_at)
        transaction.put(file)
        self._reserve(transaction, file)
        key = reservation_key(file.owner_id, ends_at, file.file_id)
        transaction.put(
            Reservation(
                key.pk,
                key.sk,
                file_id=file.file_id,
                bytes=int(file.reserved),
                files=_counted(file),
                ends_at=ends_at,
            )
        )

    def lease(self, transaction: Transaction, file: StoredFile, attempt: str, until: datetime) -> StoredFile:
        """Let an attempt to complete a file work on it alone.

        Returns
        -------
        StoredFile
            The file after the commit.
        """
        return self._change(transaction, file, {"attempt": attempt, "leased_until": until})

    def activate(
        self,
        transaction: Transaction,
        file: StoredFile,
        *,
        size: int,
        checksum: str,
        width: int | None,
        height: int | None,
        due: datetime,
    ) -> StoredFile:
        """Make a pending file usable, and settle its reservation to its real size.

        Parameters
        ----------
        due
            When its upload key is emptied once more: the form may have been used again.

        Returns
        -------
        StoredFile
            The file after the commit.
        """
        counted = size if rules_of(file.purpose).in_quota else 0
        self._settle(transaction, file, bytes=counted - int(file.reserved))
        return self._change(
            transaction,
            file,
            {
                "state": "active",
                "size": size,
                "reserved": counted,
                "checksum": checksum,
                "width": width,
                "height": height,
                "completed_at": clock.now(),
                "ends_at": None,
                "leased_until": None,
            },
            due=due,
        )

    def reject(
        self, transaction: Transaction, file: StoredFile, *, reason: str, until: datetime, due: datetime
    ) -> StoredFile:
        """Refuse what was uploaded for a pending file, and free its reservation.

        Returns
        -------
        StoredFile
            The file after the commit.
        """
        self._free(transaction, file)
        return self._change(
            transaction,
            file,
            {
                "state": "rejected",
                "reason": reason,
                "reserved": 0,
                "completed_at": clock.now(),
                "ends_at": until,
                "leased_until": None,
            },
            due=due,
            kept_until=until + TOMBSTONE_KEPT,
        )

    def delete(self, transaction: Transaction, file: StoredFile, *, due: datetime | None) -> None:
        """Take a file out of all lists, and free what it uses, once.

        Parameters
        ----------
        due
            When its objects are removed for good; None if they are.
        """
        if file.state in {"pending", "active"}:
            self._free(transaction, file)
        self._change(
            transaction,
            file,
            {
                "state": "deleted",
                "reserved": 0,
                "attached_to": None,
                **({"by_due_pk": None, "by_due_sk": None} if due is None else {}),
            },
            due=due,
            kept_until=(due or clock.now()) + TOMBSTONE_KEPT,
            listed=False,
        )

    def attach(self, transaction: Transaction, file: StoredFile, to: str) -> None:
        """Note what an active file belongs to."""
        self._change(transaction, file, {"attached_to": to})

    def finish(self, transaction: Transaction, file: StoredFile) -> None:
        """Note that nothing is due for a file."""
        self._change(transaction, file, {"by_due_pk": None, "by_due_sk": None})

    def used(self, owner_id: str) -> Used:
        """What an owner has used, by one strong query."""
        now = clock.now()
        size = files = 0
        for record in self.query_all(RecordQuery(StorageRecord, usage_key(owner_id).pk, consistent=True)):
            if isinstance(record, Usage):
                size, files = size + int(record.bytes or 0), files + int(record.files or 0)
            elif isinstance(record, Reservation) and record.ends_at <= now:
                size, files = size - int(record.bytes), files - int(record.files)
        return Used(size, files)

    def overdue(self, owner_id: str) -> list[str]:
        """The files of an owner whose time is over, and which still hold what was reserved for them."""
        until = f"{_RESERVATION}{clock.to_sortable(clock.now())}$"
        query = RecordQuery(
            Reservation, usage_key(owner_id).pk, Reservation.sk.between(_RESERVATION, until), consistent=True
        )
        return [record.file_id for record, _ in zip(self.query_all(query), range(MAX_OVERDUE), strict=False)]

    def list_of_owner(self, owner_id: str, paging: Paging, keep: Callable[[StoredFile], bool]) -> PageOf[StoredFile]:
        """A page of an owner's files, newest first."""
        return self._list("by_owner", f"{OWNER_PREFIX}{owner_id}", paging, keep)

    def list_for_purpose(self, purpose: str, paging: Paging, keep: Callable[[StoredFile], bool]) -> PageOf[StoredFile]:
        """A page of the files for a purpose, newest first."""
        return self._list("by_purpose", f"PURPOSE#{purpose}", paging, keep)

    def list_in_state(self, state: str, paging: Paging, keep: Callable[[StoredFile], bool]) -> PageOf[StoredFile]:
        """A page of the files in a state, newest first."""
        return self._list("by_state", f"STATE#{state}", paging, keep)

    def _list(self, index: str, pk: str, paging: Paging, keep: Callable[[StoredFile], bool]) -> PageOf[StoredFile]:
        return self.page(paging, RecordQuery(StoredFile, pk, index=index, backwards=True), keep=keep)

    def _place(self, file: StoredFile) -> None:
        key = file_key(file.file_id)
        file.pk, file.sk = key.pk, key.sk
        partitions = (f"{OWNER_PREFIX}{file.owner_id}", f"PURPOSE#{file.purpose}", f"STATE#{file.state}")
        for index, partition in zip(_LISTED, partitions, strict=True):
            setattr(file, f"{index}_pk", partition)
            setattr(file, f"{index}_sk", file.file_id)

    def _change(
        self,
        transaction: Transaction,
        file: StoredFile,
        changes: dict[str, object],
        *,
        due: datetime | None = None,
        kept_until: datetime | None = None,
        listed: bool = True,
    ) -> StoredFile:
        """Change attributes of a file that is as it was read; None removes one."""
        if "state" in changes:
            changes["by_state_pk"] = f"STATE#{changes['state']}"
        if not listed:
            changes |= {f"{index}_{part}": None for index in _LISTED for part in ("pk", "sk")}
        if due is not None:
            changes["by_due_pk"], changes["by_due_sk"] = TIDY.index_keys(file.file_id, due)
        if kept_until is not None:
            changes["ttl"] = clock.epoch_seconds(kept_until)
        transaction.update(
            file_key(file.file_id).blank(),
            [*changes_of(StoredFile, changes), StoredFile.version.add(1)],
            condition=StoredFile.version == file.version,
        )
        changed = StoredFile(**{**file.attribute_values, **changes})
        changed.version = int(file.version) + 1
        return changed

    def _reserve(self, transaction: Transaction, file: StoredFile) -> None:
        rules = rules_of(file.purpose)
        size, count = int(file.reserved), getattr(Usage, file.purpose)
        allowed: Condition = count.does_not_exist() | (count < rules.max_files)
        if rules.in_quota:
            allowed &= Usage.bytes.does_not_exist() | (Usage.bytes <= QUOTA_BYTES - size)

        def refusal(item: RawItem | None) -> Exception:
            held = 0 if item is None else int(item.get(file.purpose, {}).get("N", 0))
            return TooManyFiles() if held >= rules.max_files else QuotaExceeded()

        self._count(transaction, file, 1, bytes=size, condition=allowed, on_failure=refusal)

    def _settle(self, transaction: Transaction, file: StoredFile, *, bytes: int) -> None:
        self._count(transaction, file, 0, bytes=bytes)
        self._drop_reservation(transaction, file)

    def _free(self, transaction: Transaction, file: StoredFile) -> None:
        self._count(transaction, file, -1, bytes=-int(file.reserved))
        self._drop_reservation(transaction, file)

    def _drop_reservation(self, transaction: Transaction, file: StoredFile) -> None:
        if file.state == "pending" and file.ends_at is not None:
            transaction.delete(reservation_key(file.owner_id, file.ends_at, file.file_id).blank())

    def _count(
        self,
        transaction: Transaction,
        file: StoredFile,
        change: int,
        *,
        bytes: int,
        condition: Condition | None = None,
        on_failure: Callable[[RawItem | None], Exception] | None = None,
    ) -> None:
        actions: list[Action] = [
            Usage.kind.set(Usage),
            Usage.bytes.add(bytes),
            Usage.files.add(change * _counted(file)),
            getattr(Usage, file.purpose).add(change),
        ]
        transaction.update(usage_key(file.owner_id).blank(), actions, condition=condition, on_failure=on_failure)


def _counted(file: StoredFile) -> int:
    """Whether a file is one of those that its owner's usage shows, as a number."""
    return int(rules_of(file.purpose).in_quota)

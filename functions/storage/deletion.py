"""Files end: by their owners, by those who referred to them, or because their time is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from solo60 import clock
from solo60.events import publish
from solo60.transaction import Transaction
from solo60.unit_of_work import UnitOfWork, Work
from storage.access_log import Action, note
from storage.errors import FileNotFound
from storage.events import FileDeleted
from storage.keys import upload_key, verified_keys
from storage.log_repository import AccessLogRepository
from storage.providers.port import ObjectStore
from storage.purposes import rules_of, sizes_of
from storage.records import StoredFile
from storage.repository import TIDY, FileRepository

AFTER_FORM = timedelta(minutes=1)
"""After the end of a form nothing new comes in by it; a slow upload has this time to end."""


def remove(
    transaction: Transaction, files: FileRepository, log: AccessLogRepository, file: StoredFile, actor_id: str
) -> None:
    """Delete a file within a transaction: free what it uses, log it, and tell those who refer to it.

    Its objects are removed for good by the sweep, after everything that may still put some has ended.
    """
    files.delete(transaction, file, due=_when_all_has_ended(file))
    note(transaction, log, file, actor_id, Action.REMOVED)
    publish(
        transaction,
        FileDeleted(file_id=file.file_id, owner_id=file.owner_id, purpose=file.purpose, attached_to=file.attached_to),
    )


def delete(
    uow: UnitOfWork,
    files: FileRepository,
    log: AccessLogRepository,
    store: ObjectStore,
    *,
    owner_id: str,
    file_id: str,
) -> None:
    """Delete a member's own file and its objects. Repeating it changes nothing.

    Raises
    ------
    FileNotFound
        It does not exist, belongs to another member, or its time is over.
    """

    def act(work: Work) -> StoredFile:
        file = files.find(work.read, file_id)
        if file is None or file.owner_id != owner_id:
            raise FileNotFound
        if file.state != "deleted":
            if file.is_gone(clock.now()):
                raise FileNotFound
            remove(work, files, log, file, owner_id)
        return file

    store.delete(objects_of(uow.run(act)))


def expire(files: FileRepository, file_id: str, work: Work) -> None:
    """Delete a pending file whose time is over, and free what was reserved for it."""
    file = files.find(work.read, file_id)
    now = clock.now()
    if file is not None and file.state == "pending" and file.is_gone(now) and not file.is_leased(now):
        files.delete(work, file, due=_when_all_has_ended(file))


def tidy(uow: UnitOfWork, files: FileRepository, store: ObjectStore, file_id: str) -> None:
    """Make the step that is due for a file: delete one whose time is over, or remove objects that nobody needs."""

    def act(work: Work) -> None:
        file = files.find(work.read, file_id)
        if file is None or not TIDY.is_due(file.by_due_sk) or file.is_leased(clock.now()):
            return
        store.delete(_unneeded(file))
        if file.state == "pending":
            files.delete(work, file, due=None)
        else:
            files.finish(work, file)

    uow.run(act)


def objects_of(file: StoredFile) -> list[str]:
    """The keys of all objects that a file may have."""
    return [upload_key(file.file_id), *kept_objects_of(file)]


def kept_objects_of(file: StoredFile) -> list[str]:
    """The keys of what the last attempt to complete a file may have kept."""
    if file.attempt is None:
        return []
    sizes = sizes_of(file.purpose, file.content_type)
    return verified_keys(file.file_id, file.attempt, sizes, public=rules_of(file.purpose).public)


def _unneeded(file: StoredFile) -> list[str]:
    return [upload_key(file.file_id)] if file.state == "active" else objects_of(file)


def _when_all_has_ended(file: StoredFile) -> datetime:
    """When no form and no attempt to complete a file can put an object any more."""
    ends = max(clock.now(), file.form_ends_at)
    return (ends if file.leased_until is None else max(ends, file.leased_until)) + AFTER_FORM

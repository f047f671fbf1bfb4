"""The storage service's interface for other services: attaching files to their objects, and addresses of them.

A use case that lets a member use a file reads it with its own records, and attaches it in its own transaction::

    found = work.read(profile_key(user_id), file_key(file_id))
    file = require_usable(found[file_key(file_id)], owner_id=user_id, purpose=Purpose.AVATAR)
    attach(work, files, file, to=f"user#{user_id}")
    release(work, files, log, old, actor_id=user_id)

It stores `picture_of(file)`, from which `picture_address` makes an address at any time, without a read. Who may see the
object decides who is given the address. When a file is deleted, `storage.events.FileDeleted` says what it belonged to.
"""

from __future__ import annotations

from solo60.grants import Do, Grant, TableGrant
from solo60.problems import InvalidRequest
from solo60.transaction import Transaction
from storage import deletion
from storage.addresses import picture_address, picture_of
from storage.errors import FileInUse, FileNotActive, FileNotFound
from storage.grants import PICTURE_ADDRESS, STORE
from storage.log_repository import AccessLogRepository
from storage.providers.registry import StoreRegistry
from storage.purposes import Purpose, rules_of
from storage.records import StoredFile
from storage.repository import FileRepository, file_key

__all__ = [
    "ADDRESS",
    "ATTACH",
    "READ",
    "RELEASE",
    "AccessLogRepository",
    "FileInUse",
    "FileNotActive",
    "FileNotFound",
    "FileRepository",
    "Purpose",
    "StoreRegistry",
    "StoredFile",
    "attach",
    "file_key",
    "picture_address",
    "picture_of",
    "release",
    "require_usable",
    "rules_of",
]

READ = TableGrant("storage", {Do.BATCH_GET})
"""To read `file_key` together with other records."""
ATTACH = TableGrant("storage", {Do.UPDATE})
"""For `attach`."""
RELEASE = TableGrant("storage", {Do.UPDATE, Do.PUT})
"""For `release`."""
ADDRESS: tuple[Grant, ...] = (PICTURE_ADDRESS, STORE)
"""For `picture_address`."""


def require_usable(file: StoredFile | None, *, owner_id: str, purpose: Purpose, field: str = "/file_id") -> StoredFile:
    """A file that its owner may use for a purpose, as it was read.

    Parameters
    ----------
    field
        What a refusal names, a JSON pointer into the body.

    Raises
    ------
    FileNotFound
        It does not exist, belongs to another member, or was deleted.
    FileNotActive
        Its upload is not completed, or was rejected.
    InvalidRequest
        It was uploaded for another purpose.
    """
    if file is None or file.owner_id != owner_id or file.state == "deleted":
        raise FileNotFound
    if file.purpose != purpose:
        raise InvalidRequest.of(field, f"This must be a file for the purpose {purpose.value}.")
    if file.state != "active":
        raise FileNotActive
    return file


def attach(transaction: Transaction, files: FileRepository, file: StoredFile, to: str) -> None:
    """Let a file belong to an object, such as `user#<id>`. The transaction fails if the file has changed since.

    Raises
    ------
    FileInUse
        It belongs to another object.
    """
    if file.attached_to not in {None, to}:
        raise FileInUse
    files.attach(transaction, file, to)


def release(
    transaction: Transaction,
    files: FileRepository,
    log: AccessLogRepository,
    file: StoredFile | None,
    *,
    actor_id: str,
) -> None:
    """Delete a file that its object needs no more; nothing if it is deleted already."""
    if file is not None and file.state != "deleted":
        deletion.remove(transaction, files, log, file, actor_id)

"""Reading files: one, lists, and signed addresses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from solo60 import clock
from solo60.paging import PageOf, Paging
from solo60.problems import InvalidRequest
from solo60.records import batch_get
from storage.access_log import announce_reading
from storage.addresses import ADDRESS_LASTS, WEBP
from storage.errors import FileNotActive, FileNotFound
from storage.keys import picture_key, verified_key
from storage.names import disposition, neutral_name
from storage.providers.port import ObjectStore
from storage.purposes import Purpose, rules_of, sizes_of
from storage.readers import may_read
from storage.records import StoredFile
from storage.repository import FileRepository


@dataclass(frozen=True)
class Download:
    """An address at which a file is read for some minutes."""

    url: str
    name: str
    content_type: str
    ends_at: datetime


@dataclass(frozen=True)
class ReadableFile:
    """A file for one of its readers.

    Attributes
    ----------
    name
        As its owner calls it; for all others one that says nothing of the owner.
    """

    file: StoredFile
    name: str


def find(files: FileRepository, reader_id: str, file_id: str) -> ReadableFile:
    """A file that a member may read.

    Raises
    ------
    FileNotFound
        It does not exist, the member may not read it, or its time is over.
    """
    file = files.find(batch_get, file_id)
    if file is None or file.is_gone(clock.now()) or not may_read(file, reader_id):
        raise FileNotFound
    own = file.owner_id == reader_id
    return ReadableFile(file, file.name if own else neutral_name(file.purpose, file.content_type))


def download(files: FileRepository, store: ObjectStore, reader_id: str, file_id: str, size: int | None) -> Download:
    """A signed address of a file, or of one of the smaller pictures of it. It is a line in the access log.

    Raises
    ------
    FileNotFound
        As for `find`.
    FileNotActive
        The file is the member's own, and is not completed.
    InvalidRequest
        There is no picture of this size.
    """
    found = find(files, reader_id, file_id)
    file = found.file
    if file.state != "active":
        raise FileNotActive
    sizes = sizes_of(file.purpose, file.content_type)
    if size is not None and size not in sizes:
        known = f"This must be one of {', '.join(map(str, sizes))}." if sizes else "This file has no other sizes."
        raise InvalidRequest.of("size", known)
    content_type = file.content_type if size is None else WEBP
    announce_reading(file, reader_id)
    shown = disposition(found.name, content_type)
    url = store.sign_download(
        _key(file, size),
        content_type=content_type,
        disposition=shown.header,
        lasts=ADDRESS_LASTS,
    )
    return Download(url, shown.name, content_type, clock.now() + ADDRESS_LASTS)


def _key(file: StoredFile, size: int | None) -> str:
    attempt = str(file.attempt)
    if size is None:
        return verified_key(file.file_id, attempt)
    return picture_key(file.file_id, attempt, size, public=rules_of(file.purpose).public)


def list_own(
    files: FileRepository, paging: Paging, owner_id: str, *, purpose: Purpose | None, state: str | None
) -> PageOf[StoredFile]:
    """A page of a member's own files, newest first."""
    now = clock.now()
    return files.list_of_owner(owner_id, paging, lambda file: _fits(file, now, purpose, state))


def list_all(
    files: FileRepository,
    paging: Paging,
    *,
    owner_id: str | None,
    purpose: Purpose | None,
    state: str | None,
) -> PageOf[StoredFile]:
    """A page of files by owner, purpose and state, newest first; without any of them, the active ones."""
    now = clock.now()

    def keep(file: StoredFile) -> bool:
        return _fits(file, now, purpose, state)

    if owner_id is not None:
        return files.list_of_owner(owner_id, paging, keep)
    if purpose is not None:
        return files.list_for_purpose(purpose, paging, keep)
    return files.list_in_state(state or "active", paging, keep)


def _fits(file: StoredFile, now: datetime, purpose: str | None, state: str | None) -> bool:
    return not file.is_gone(now) and purpose in {None, file.purpose} and state in {None, file.state}

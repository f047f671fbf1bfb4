"""Completing an upload: look at the bytes, keep what was verified where no form reaches it, settle the quota."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from solo60 import clock, observability
from solo60.ids import new_id
from solo60.unit_of_work import UnitOfWork, Work
from storage.access_log import Action, note
from storage.addresses import WEBP
from storage.deletion import AFTER_FORM, kept_objects_of
from storage.errors import CompletionInFlight, FileNotFound, FileRejected, UploadNotReceived
from storage.keys import picture_key, upload_key, verified_key
from storage.log_repository import AccessLogRepository
from storage.providers.port import ObjectStore
from storage.purposes import rules_of
from storage.records import StoredFile
from storage.repository import FileRepository
from storage.verification import verify
from storage.verified import Reason, Unacceptable, Verified

TIMEOUT_SECONDS = 25
"""Of the function. API Gateway waits 29 seconds."""
LEASE = timedelta(seconds=30)
"""Longer than the function lives: who finds it over knows that nobody is at work."""
REJECTED_KEPT = timedelta(days=7)


def complete(
    uow: UnitOfWork,
    files: FileRepository,
    log: AccessLogRepository,
    store: ObjectStore,
    *,
    owner_id: str,
    file_id: str,
) -> StoredFile:
    """Verify what was uploaded for a member's own file, and make it usable. Repeating it changes nothing.

    Raises
    ------
    FileNotFound
        It does not exist, belongs to another member, was deleted, or its time is over.
    UploadNotReceived
        Nothing was uploaded yet.
    CompletionInFlight
        Another request is looking at it.
    FileRejected
        The bytes are not accepted. The file stays rejected.
    """
    file = uow.begin(lambda work: _lease(work, files, store, owner_id, file_id))
    if file.state == "active":
        return file
    try:
        verified = verify(
            # A byte more than declared shows that there are more.
            store.read(upload_key(file_id), int(file.size) + 1),
            content_type=file.content_type,
            size=int(file.size),
            rules=rules_of(file.purpose),
        )
    except Unacceptable as refused:
        _reject(uow, files, log, file, refused.reason)
        _try_to_delete(store, [upload_key(file_id)])
        raise FileRejected(refused.reason.text) from None
    _keep(store, file, verified)
    try:
        active = uow.run(lambda work: _activate(work, files, log, file, verified))
    except (FileNotFound, CompletionInFlight):
        store.delete(kept_objects_of(file))
        raise
    _try_to_delete(store, [upload_key(file_id)])
    return active


def _lease(work: Work, files: FileRepository, store: ObjectStore, owner_id: str, file_id: str) -> StoredFile:
    file, now = files.find(work.read, file_id), clock.now()
    if file is None or file.owner_id != owner_id or file.is_gone(now):
        raise FileNotFound
    if file.state == "active":
        return file
    if file.state == "rejected":
        raise FileRejected(Reason(str(file.reason)).text)
    if file.is_leased(now):
        raise CompletionInFlight
    if store.size_of(upload_key(file_id)) is None:
        raise UploadNotReceived
    if file.attempt is not None:
        # Of an attempt that has died: nothing would name its objects after the next one.
        store.delete(kept_objects_of(file))
    return files.lease(work, file, new_id(), now + LEASE)


def _keep(store: ObjectStore, file: StoredFile, verified: Verified) -> None:
    attempt = str(file.attempt)
    store.write(verified_key(file.file_id, attempt), verified.content, file.content_type)
    public = rules_of(file.purpose).public
    for size, content in verified.sizes.items():
        store.write(picture_key(file.file_id, attempt, size, public=public), content, WEBP)


def _activate(
    work: Work, files: FileRepository, log: AccessLogRepository, leased: StoredFile, verified: Verified
) -> StoredFile:
    file = _still_leased(work, files, leased)
    note(work, log, file, file.owner_id, Action.UPLOADED)
    return files.activate(
        work,
        file,
        size=len(verified.content),
        checksum=hashlib.sha256(verified.content).hexdigest(),
        width=verified.width,
        height=verified.height,
        due=file.form_ends_at + AFTER_FORM,
    )


def _reject(
    uow: UnitOfWork, files: FileRepository, log: AccessLogRepository, leased: StoredFile, reason: Reason
) -> None:
    def act(work: Work) -> None:
        file = _still_leased(work, files, leased)
        note(work, log, file, file.owner_id, Action.REJECTED)
        due = max(clock.now(), file.form_ends_at) + AFTER_FORM
        files.reject(work, file, reason=reason, until=clock.now() + REJECTED_KEPT, due=due)

    uow.step(act)


def _still_leased(work: Work, files: FileRepository, leased: StoredFile) -> StoredFile:
    file = files.find(work.read, leased.file_id)
    if file is None or file.state == "deleted":
        raise FileNotFound
    if file.attempt != leased.attempt or file.state != "pending":
        raise CompletionInFlight
    return file


def _try_to_delete(store: ObjectStore, keys: list[str]) -> None:
    try:
        store.delete(keys)
    except Exception as error:  # noqa: BLE001 - whatever it is: the sweep removes what is left
        observability.log_failure("objects are left to the sweep", error)

"""Signing an upload: what is allowed, what it reserves, and the form that puts the bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from solo60 import clock
from solo60.ids import new_id
from solo60.problems import Forbidden, InvalidRequest
from solo60.roles import AdminGuard
from solo60.unit_of_work import UnitOfWork, Work
from storage.deletion import expire
from storage.errors import QuotaExceeded, TooManyFiles
from storage.keys import upload_key
from storage.providers.port import ObjectStore, UploadForm
from storage.purposes import Purpose, Uploader, rules_of
from storage.records import StoredFile
from storage.repository import FileRepository

FORM_LASTS = timedelta(minutes=15)
COMPLETED_WITHIN = timedelta(hours=1)
"""After the signing. Then the reservation is freed."""


@dataclass(frozen=True)
class SignedUpload:
    """A pending file and the form that puts its bytes."""

    file: StoredFile
    form: UploadForm
    complete_before: datetime


def sign(
    uow: UnitOfWork,
    files: FileRepository,
    store: ObjectStore,
    *,
    owner_id: str,
    purpose: Purpose,
    name: str,
    content_type: str,
    size: int,
) -> SignedUpload:
    """Reserve what a file needs of its owner's quota, and sign a form that puts exactly such a file.

    Raises
    ------
    Forbidden
        The caller may not upload for this purpose.
    InvalidRequest
        The purpose does not allow the type or the size.
    QuotaExceeded, TooManyFiles
        There is no room for it.
    """
    _require_allowed(purpose, content_type=content_type, size=size)

    def act(work: Work) -> SignedUpload:
        if rules_of(purpose).uploader is Uploader.ADMIN:
            _require_admin(work, owner_id)
        now = clock.now()
        file = StoredFile(
            file_id=new_id(),
            owner_id=owner_id,
            purpose=purpose,
            name=name,
            content_type=content_type,
            size=size,
            reserved=size if rules_of(purpose).in_quota else 0,
            state="pending",
            created_at=now,
            form_ends_at=now + FORM_LASTS,
            version=1,
        )
        files.begin(work, file, now + COMPLETED_WITHIN)
        form = store.sign_upload(upload_key(file.file_id), content_type=content_type, size=size, lasts=FORM_LASTS)
        return SignedUpload(file, form, now + COMPLETED_WITHIN)

    try:
        return uow.run(act)
    except (QuotaExceeded, TooManyFiles):
        # Uploads whose time is over hold their reservation until the sweep; they count no more.
        overdue = files.overdue(owner_id)
        for file_id in overdue:
            uow.step(partial(expire, files, file_id))
        if not overdue:
            raise
        return uow.run(act)


def _require_admin(work: Work, user_id: str) -> None:
    """Judge the recorded role, whatever the token says, and again at the commit."""
    guard = AdminGuard(user_id)
    guard.judge(work.read(*guard.keys_to_read()))
    guard.add_to(work)


def _require_allowed(purpose: Purpose, *, content_type: str, size: int) -> None:
    rules = rules_of(purpose)
    if rules.uploader is Uploader.SYSTEM:
        raise Forbidden("Files for this purpose are not uploaded by members.")
    faults = []
    if content_type not in rules.types:
        message = f"This must be one of {', '.join(sorted(rules.types))}."
        faults.append({"field": "/content_type", "message": message})
    if size > rules.max_bytes:
        faults.append({"field": "/size", "message": f"This must be at most {rules.max_bytes}."})
    if faults:
        raise InvalidRequest(faults)

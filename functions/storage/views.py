"""Response bodies of the storage service, made from its records."""

from __future__ import annotations

from typing import Any

from solo60.paging import PageOf
from storage.purposes import QUOTA_BYTES, RULES, Uploader, sizes_of
from storage.reading import Download, ReadableFile
from storage.records import LogLine, StoredFile
from storage.repository import Used
from storage.schemas import (
    DownloadView,
    FilePage,
    FileView,
    LogLineSummary,
    LogPage,
    PurposeUsage,
    StoredFilePage,
    StoredFileSummary,
    UploadView,
    UsageView,
)
from storage.uploads import SignedUpload


def upload_view(signed: SignedUpload) -> UploadView:
    """A pending file and its form."""
    return UploadView(
        file_id=signed.file.file_id,
        url=signed.form.url,
        fields=dict(signed.form.fields),
        expires_at=signed.file.form_ends_at,
        complete_before=signed.complete_before,
    )


def file_view(file: StoredFile) -> FileView:
    """A file."""
    return FileView.model_validate(_fields(file))


def readable_file_view(found: ReadableFile) -> FileView:
    """A file as one of its readers sees it."""
    return FileView.model_validate({**_fields(found.file), "name": found.name})


def file_page(found: PageOf[StoredFile]) -> FilePage:
    """A page of a member's files."""
    return FilePage(items=[file_view(file) for file in found.items], next_cursor=found.next_cursor)


def stored_file_page(found: PageOf[StoredFile]) -> StoredFilePage:
    """A page of files for the administration."""
    items = [
        StoredFileSummary.model_validate({**_fields(file), "owner_id": file.owner_id, "attached_to": file.attached_to})
        for file in found.items
    ]
    return StoredFilePage(items=items, next_cursor=found.next_cursor)


def log_page(found: PageOf[LogLine]) -> LogPage:
    """A page of the access log."""
    items = [
        LogLineSummary.model_validate(
            {
                "id": line.line_id,
                "action": line.action,
                "file_id": line.file_id,
                "owner_id": line.owner_id,
                "actor_id": line.actor_id,
                "purpose": line.purpose,
                "created_at": line.created_at,
            }
        )
        for line in found.items
    ]
    return LogPage(items=items, next_cursor=found.next_cursor)


def download_view(download: Download) -> DownloadView:
    """A signed address."""
    return DownloadView(
        url=download.url, name=download.name, content_type=download.content_type, expires_at=download.ends_at
    )


def usage_view(used: Used) -> UsageView:
    """What a member has used, and may."""
    return UsageView(
        bytes_used=used.bytes,
        bytes_allowed=QUOTA_BYTES,
        bytes_left=max(0, QUOTA_BYTES - used.bytes),
        files_used=used.files,
        purposes=[
            PurposeUsage(
                purpose=purpose,
                content_types=sorted(rules.types),
                max_bytes=rules.max_bytes,
                max_files=rules.max_files,
            )
            for purpose, rules in RULES.items()
            if rules.uploader is Uploader.MEMBER
        ],
    )


def _fields(file: StoredFile) -> dict[str, Any]:
    active = file.state == "active"
    return {
        "id": file.file_id,
        "purpose": file.purpose,
        "name": file.name,
        "content_type": file.content_type,
        "size": int(file.size),
        "checksum": file.checksum,
        "state": file.state,
        "reason": file.reason,
        "width": file.width,
        "height": file.height,
        "sizes": sizes_of(file.purpose, file.content_type) if active else (),
        "created_at": file.created_at,
        "completed_at": file.completed_at,
        "expires_at": file.ends_at,
    }

"""Request and response bodies of the storage service."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from solo60.models import AnyDate, Id, Identifier, Instant, Line, Page, RequestModel, ResponseModel
from storage.access_log import Action
from storage.purposes import Purpose

MAX_NAME = 300


class FileState(StrEnum):
    """How far a file is."""

    PENDING = "pending"
    ACTIVE = "active"
    REJECTED = "rejected"


class SignUploadRequest(RequestModel):
    """The file that is going to be uploaded."""

    purpose: Purpose = Field(examples=["avatar"])
    name: Annotated[Line, Field(min_length=1, max_length=MAX_NAME, examples=["portrait.jpg"])]
    content_type: Annotated[str, Field(max_length=100, examples=["image/jpeg"])]
    size: int = Field(gt=0, le=10**12, description="In bytes, exactly.", examples=[181_244])


class FilesQuery(RequestModel):
    """Filters of my files."""

    purpose: Purpose | None = Field(default=None, examples=["avatar"])
    state: FileState | None = Field(default=None, examples=["active"])


class AllFilesQuery(FilesQuery):
    """Filters of all files. Without any, the active files."""

    owner_id: Identifier | None = None


class LogQuery(RequestModel):
    """Filters of the access log. Without `file_id`, it is the log of one day in UTC, by default of today."""

    day: AnyDate | None = None
    file_id: Identifier | None = None
    actor_id: Identifier | None = None
    action: Action | None = Field(default=None, examples=["uploaded"])


class DownloadQuery(RequestModel):
    """Which picture of a file."""

    size: int | None = Field(
        default=None,
        gt=0,
        le=10_000,
        description="The longer side in pixels, 64 or 256 of an avatar, 400 or 1600 of others. Without it, the file.",
        examples=[256],
    )


class UploadView(ResponseModel):
    """A pending file, and the form that uploads it."""

    file_id: Id
    url: str = Field(description="Where the form is posted to, as multipart/form-data.")
    fields: dict[str, str] = Field(description="The fields of the form; the file comes last, as `file`.")
    expires_at: Instant = Field(description="The end of the form.")
    complete_before: Instant = Field(description="Until when the upload has to be completed.")


class FileView(ResponseModel):
    """A file."""

    id: Id
    purpose: Purpose
    name: str = Field(description="As its owner calls it; for others a name that is made of purpose and type.")
    content_type: str
    size: int = Field(description="In bytes: as declared while it is pending, then of what is kept.")
    checksum: str | None = Field(description="SHA-256 of what is kept, in hexadecimal.")
    state: FileState
    reason: str | None = Field(description="Why it was rejected.")
    width: int | None
    height: int | None
    sizes: list[int] = Field(description="The smaller pictures that there are of it, by their longer side in pixels.")
    created_at: Instant
    completed_at: Instant | None
    expires_at: Instant | None = Field(description="When it is removed, unless it is completed before.")


class FilePage(Page[FileView]):
    """A page of my files, newest first."""


class StoredFileSummary(FileView):
    """A file in the administration."""

    owner_id: Id
    attached_to: str | None = Field(description="What it belongs to, such as `user#` and an id.")


class StoredFilePage(Page[StoredFileSummary]):
    """A page of files, newest first."""


class LogLineSummary(ResponseModel):
    """Who did what with a file."""

    id: Id
    action: Action
    file_id: Id
    owner_id: Id
    actor_id: Id
    purpose: Purpose
    created_at: Instant


class LogPage(Page[LogLineSummary]):
    """A page of the access log, newest first."""


class DownloadView(ResponseModel):
    """A signed address."""

    url: str
    name: str = Field(description="The name under which it is saved.")
    content_type: str
    expires_at: Instant


class PurposeUsage(ResponseModel):
    """What may be uploaded for a purpose."""

    purpose: Purpose
    content_types: list[str]
    max_bytes: int
    max_files: int


class UsageView(ResponseModel):
    """What I have used, and what I may."""

    bytes_used: int
    bytes_allowed: int
    bytes_left: int
    files_used: int
    purposes: list[PurposeUsage] = Field(description="What I may upload.")

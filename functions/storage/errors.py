"""The storage service's own refusals."""

from __future__ import annotations

from solo60.problems import Conflict, InvalidRequest, NotFound


class FileNotFound(NotFound):
    code = "file_not_found"
    title = "There is no such file"


class FileNotActive(Conflict):
    code = "file_not_active"
    title = "The file is not ready: its upload is not completed, or was rejected"


class UploadNotReceived(Conflict):
    code = "upload_not_received"
    title = "The file has not been uploaded yet"


class CompletionInFlight(Conflict):
    """Another request is looking at the same bytes."""

    code = "completion_in_flight"
    title = "The upload is being completed by another request"

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "1"})


class QuotaExceeded(Conflict):
    code = "quota_exceeded"
    title = "There is not enough storage left for this file"


class TooManyFiles(Conflict):
    code = "too_many_files"
    title = "There are as many files for this purpose as are allowed"


class FileRejected(InvalidRequest):
    """What was uploaded for the file that the path names is not what was declared, or nothing that is accepted."""

    code = "file_rejected"
    title = "The uploaded file is not accepted"

    def __init__(self, reason: str) -> None:
        super().__init__([{"field": "file_id", "message": reason}])


class FileInUse(Conflict):
    code = "file_in_use"
    title = "The file belongs to something else already"

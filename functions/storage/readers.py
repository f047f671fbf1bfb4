"""Who may read a file: its owner, and whom its purpose names, judged at each read."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from solo60 import visibility
from solo60.records import batch_get
from storage.purposes import Readers, rules_of
from storage.records import StoredFile

GRANT = visibility.grant()
"""For `may_read`."""


def may_read(file: StoredFile, reader_id: str) -> bool:
    """Whether a member may read a file now."""
    if file.owner_id == reader_id:
        return True
    if file.state != "active" or file.attached_to is None:
        return False
    return _JUDGES[rules_of(file.purpose).readers](file, reader_id)


def _nobody(_: StoredFile, __: str) -> bool:
    return False


def _members(_: StoredFile, __: str) -> bool:
    return True


def _profile_viewers(file: StoredFile, reader_id: str) -> bool:
    return visibility.may_see(batch_get, viewer_id=reader_id, user_id=file.owner_id)


_JUDGES: Mapping[Readers, Callable[[StoredFile, str], bool]] = {
    Readers.NOBODY: _nobody,
    Readers.MEMBERS: _members,
    Readers.PROFILE_VIEWERS: _profile_viewers,
}

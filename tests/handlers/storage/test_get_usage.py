"""GET /storage/usage."""

from __future__ import annotations

from storage.endpoints.get_usage import handler
from storage.purposes import QUOTA_BYTES
from tests.conftest import call
from tests.handlers.storage.conftest import Files


def test_it_is_what_the_files_add_up_to(files: Files, member: str) -> None:
    files.stored(member)
    files.sign(member, size=500)
    files.delete(member, files.stored(member, "PNG"))
    usage = call(handler, user=member).json
    assert usage["bytes_used"] == sum(file["size"] for file in files.listed(member))
    assert usage["bytes_allowed"] == QUOTA_BYTES
    assert usage["bytes_left"] == QUOTA_BYTES - usage["bytes_used"]
    assert usage["files_used"] == 2
    purposes = {each["purpose"]: each for each in usage["purposes"]}
    assert set(purposes) == {"avatar", "review_picture", "post_picture", "support_attachment"}
    assert "application/pdf" in purposes["support_attachment"]["content_types"]


def test_at_first_it_is_nothing(files: Files, member: str) -> None:
    assert files.used(member) == (0, 0)

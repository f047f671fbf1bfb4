"""GET /storage/files/{file_id}."""

from __future__ import annotations

from collections.abc import Callable

from storage.endpoints.get_file import handler
from tests.conftest import call
from tests.handlers.storage.conftest import Files


def test_a_file_says_what_it_is(files: Files, member: str) -> None:
    file_id = files.stored(member, name="../Grüße 😀.jpg")
    found = call(handler, user=member, path={"file_id": file_id}).json
    assert found["name"] == "../Grüße 😀.jpg"
    assert found["purpose"] == "avatar"
    assert found["state"] == "active"
    assert len(found["checksum"]) == 64
    assert found["expires_at"] is None


def test_what_is_not_there_is_404(files: Files, member: str, make_member: Callable[[], str]) -> None:
    assert files.get(member, make_member()).status == 404

"""GET /storage/files/{file_id}."""

from __future__ import annotations

from collections.abc import Callable

from storage.endpoints.get_file import handler
from tests.conftest import call
from tests.handlers.storage.conftest import Files
from tests.handlers.storage.owners import attach


def test_a_file_says_what_it_is(files: Files, member: str) -> None:
    file_id = files.stored(member, name="../Grüße 😀.jpg")
    found = call(handler, user=member, path={"file_id": file_id}).json
    assert found["name"] == "../Grüße 😀.jpg"
    assert found["purpose"] == "avatar"
    assert found["state"] == "active"
    assert len(found["checksum"]) == 64
    assert found["expires_at"] is None


def test_until_it_is_used_only_its_owner_reads_it(files: Files, member: str, make_member: Callable[[], str]) -> None:
    file_id, other = files.stored(member), make_member()
    assert files.get(other, file_id).code == "file_not_found"
    attach(file_id, f"user#{member}")
    assert files.get(other, file_id).status == 200
    assert files.download(other, file_id, size=64).status == 200


def test_what_belongs_to_a_post_is_for_its_domain_to_show(
    files: Files, member: str, make_member: Callable[[], str]
) -> None:
    file_id = files.stored(member, purpose="post_picture")
    attach(file_id, "post#1")
    assert files.get(member, file_id).status == 200
    assert files.get(make_member(), file_id).status == 404
    assert files.download(make_member(), file_id).status == 404


def test_what_is_not_there_is_404(files: Files, member: str, make_member: Callable[[], str]) -> None:
    assert files.get(member, make_member()).status == 404

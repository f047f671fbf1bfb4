"""DELETE /storage/files/{file_id}."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from solo60 import clock
from storage.endpoints.delete_file import handler
from tests.conftest import call, outbox
from tests.handlers.storage.conftest import Files
from tests.handlers.storage.owners import attach


def test_it_is_gone_with_its_objects_and_its_quota_is_free_once(files: Files, member: str) -> None:
    kept = files.stored(member)
    used, objects = files.used(member), set(files.objects())
    file_id = files.stored(member, "PNG")
    for _ in range(3):
        assert files.delete(member, file_id).status == 204
        assert files.used(member) == used
    assert set(files.objects()) == objects
    assert files.get(member, file_id).status == 404
    assert files.download(member, file_id).status == 404
    assert files.complete(member, file_id).status == 404
    assert [file["id"] for file in files.listed(member)] == [kept]
    assert len(outbox("storage", "FileDeleted")) == 1


def test_those_who_refer_to_it_are_told(files: Files, member: str) -> None:
    file_id = files.stored(member)
    attach(file_id, f"user#{member}")
    assert call(handler, user=member, path={"file_id": file_id}).status == 204
    [event] = outbox("storage", "FileDeleted")
    assert event["data"]["attached_to"] == f"user#{member}"


def test_others_files_are_not_there(files: Files, member: str, make_member: Callable[[], str]) -> None:
    file_id = files.stored(member)
    attach(file_id, f"user#{member}")
    assert files.delete(make_member(), file_id).status == 404
    assert files.get(member, file_id).status == 200


def test_a_pending_file_frees_its_reservation_and_what_comes_late_is_removed(files: Files, member: str) -> None:
    now = clock.now()
    with clock.at(now):
        file_id = files.sign(member).json["file_id"]
        assert files.delete(member, file_id).status == 204
        assert files.used(member) == (0, 0)
        files.put(file_id, b"late")
    with clock.at(now + timedelta(minutes=17)):
        assert files.sweep() == 1
        assert files.objects() == {}
        assert files.used(member) == (0, 0)

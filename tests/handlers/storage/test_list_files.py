"""GET /storage/files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from solo60 import clock
from storage.endpoints.list_files import handler
from tests.conftest import call
from tests.handlers.storage.conftest import Files

NOW = clock.now()


def test_my_files_newest_first_and_nobody_elses(files: Files, member: str, make_member: Callable[[], str]) -> None:
    files.sign(make_member())
    ids = []
    for second in range(5):
        with clock.at(NOW + timedelta(seconds=second)):
            ids.append(files.sign(member, purpose="post_picture").json["file_id"])
    found, cursor = [], None
    with clock.at(NOW + timedelta(minutes=1)):
        while True:
            page = call(handler, user=member, query={"limit": 2, **({"cursor": cursor} if cursor else {})}).json
            found += [file["id"] for file in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
    assert found == ids[::-1]


def test_they_are_filtered_by_purpose_and_state(files: Files, member: str) -> None:
    active = files.stored(member)
    pending = files.sign(member, purpose="post_picture").json["file_id"]
    assert [file["id"] for file in files.listed(member, state="active")] == [active]
    assert [file["id"] for file in files.listed(member, state="pending")] == [pending]
    assert [file["id"] for file in files.listed(member, purpose="post_picture")] == [pending]
    assert files.listed(member, purpose="export") == []
    assert call(handler, user=member, query={"state": "deleted"}).status == 422

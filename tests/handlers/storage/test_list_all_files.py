"""GET /admin/storage/files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from solo60 import clock
from storage.endpoints.list_all_files import handler
from tests.conftest import call
from tests.fakes.pictures import PDF
from tests.handlers.storage.conftest import Files


def test_it_is_filtered_by_owner_purpose_and_state(files: Files, member: str, make_member: Callable[[], str]) -> None:
    admin, other = make_member(), make_member()

    def listed(**query: Any) -> list[str]:
        answer = call(handler, user=admin, admin=True, query=query)
        assert answer.status == 200, answer.text
        return [file["id"] for file in answer.json["items"]]

    now = clock.now()
    with clock.at(now):
        active = files.stored(member)
    with clock.at(now + timedelta(seconds=1)):
        pending = files.sign(other, purpose="post_picture").json["file_id"]
    with clock.at(now + timedelta(seconds=2)):
        rejected = files.upload(other, PDF)
        files.complete(other, rejected)
        assert listed() == [active]
        assert listed(state="pending") == [pending]
        assert listed(state="rejected") == [rejected]
        assert listed(owner_id=other) == [rejected, pending]
        assert listed(owner_id=other, state="active") == []
        assert listed(purpose="avatar") == [rejected, active]
        assert listed(purpose="avatar", state="active") == [active]
        assert listed(owner_id=other, purpose="post_picture") == [pending]
        [shown] = call(handler, user=admin, admin=True).json["items"]
        assert (shown["owner_id"], shown["attached_to"]) == (member, None)
        files.delete(member, active)
        assert listed() == []
    with clock.at(now + timedelta(hours=2)):
        assert listed(state="pending") == []


def test_pages_follow_each_other(files: Files, member: str, make_member: Callable[[], str]) -> None:
    admin, ids = make_member(), [files.stored(member) for _ in range(3)]
    first = call(handler, user=admin, admin=True, query={"limit": 2}).json
    rest = call(handler, user=admin, admin=True, query={"limit": 2, "cursor": first["next_cursor"]}).json
    assert sorted(file["id"] for file in first["items"] + rest["items"]) == sorted(ids)
    assert rest["next_cursor"] is None

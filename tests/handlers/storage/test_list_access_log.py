"""GET /admin/storage/log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from solo60 import clock
from storage.endpoints.list_access_log import handler
from storage.workers.log_reading import handler as log_reading
from tests.conftest import LambdaContext, call, sqs_event
from tests.fakes.pictures import PDF
from tests.handlers.storage.conftest import Files
from tests.handlers.storage.owners import attach
from tests.handlers.user.conftest import user_registered

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def _lines(**query: Any) -> list[tuple[str, str, str]]:
    answer = call(handler, user="0" * 36, admin=True, query=query)
    assert answer.status == 200, answer.text
    return [(line["action"], line["actor_id"], line["file_id"]) for line in answer.json["items"]]


def test_it_says_who_did_what_newest_first(files: Files, member: str, make_member: Callable[[], str]) -> None:
    other = make_member()
    user_registered(member)
    with clock.at(NOW):
        file_id = files.stored(member)
        attach(file_id, f"user#{member}")
    with clock.at(NOW + timedelta(seconds=1)):
        assert files.download(other, file_id).status == 200
        files.log_readings()
    with clock.at(NOW + timedelta(seconds=2)):
        files.delete(member, file_id)
        files.delete(member, file_id)
        bad = files.upload(other, PDF)
        files.complete(other, bad)
        assert [line[0] for line in _lines(file_id=file_id)] == ["removed", "read", "uploaded"]
        assert _lines(file_id=file_id, action="read") == [("read", other, file_id)]
        assert _lines(actor_id=member, action="removed") == [("removed", member, file_id)]
        assert _lines(file_id=bad) == [("rejected", other, bad)]
        assert len(_lines()) == 4
        assert len(_lines(day="2026-03-02")) == 4
        assert _lines(day="2026-03-01") == []
        assert _lines(file_id=file_id, day="2026-03-01") == []
    with clock.at(NOW + timedelta(days=1)):
        assert _lines() == []


def test_pages_follow_each_other(files: Files, member: str) -> None:
    with clock.at(NOW):
        ids = [files.stored(member) for _ in range(3)]
        first = call(handler, user="0" * 36, admin=True, query={"limit": 2}).json
        rest = call(handler, user="0" * 36, admin=True, query={"limit": 2, "cursor": first["next_cursor"]}).json
    assert sorted(line["file_id"] for line in first["items"] + rest["items"]) == sorted(ids)
    assert rest["next_cursor"] is None


def test_pages_of_today_follow_each_other_over_midnight(files: Files, member: str) -> None:
    midnight = datetime(2026, 3, 3, tzinfo=UTC)
    with clock.at(midnight - timedelta(seconds=1)):
        ids = [files.stored(member) for _ in range(3)]
        first = call(handler, user="0" * 36, admin=True, query={"limit": 2}).json
    with clock.at(midnight):
        files.stored(member)
        rest = call(handler, user="0" * 36, admin=True, query={"limit": 2, "cursor": first["next_cursor"]}).json
    assert sorted(line["file_id"] for line in first["items"] + rest["items"]) == sorted(ids)
    assert rest["next_cursor"] is None


def test_a_reading_that_comes_twice_is_one_line(files: Files, member: str, make_member: Callable[[], str]) -> None:
    reading = {
        "line_id": make_member(),
        "file_id": make_member(),
        "owner_id": member,
        "actor_id": member,
        "purpose": "avatar",
        "at": "2026-03-02T10:00:00Z",
    }
    for _ in range(2):
        assert log_reading(sqs_event(reading), LambdaContext()) == {"batchItemFailures": []}
    assert len(_lines(file_id=reading["file_id"])) == 1

"""PUT /users/me/avatar, and what the deletion of the file does to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from solo60 import aws
from solo60.ids import new_id
from tests.conftest import Answer, LambdaContext, bus_event, call, outbox, sqs_event
from tests.fakes.meanwhile import meanwhile
from tests.handlers.storage.conftest import Files
from tests.handlers.user.conftest import ban, user_registered
from user.consumers.forget_avatar import handler as forget
from user.endpoints.change_profile import handler as change
from user.endpoints.get_member import handler as get_member
from user.endpoints.get_profile import handler as get
from user.endpoints.set_avatar import handler as set_avatar


@pytest.fixture
def files(tables: None) -> Files:
    return Files()


def put(user: str, file_id: str, **more: Any) -> Answer:
    return call(set_avatar, user=user, body={"file_id": file_id}, **more)


def hear_deletions() -> None:
    for event in outbox("storage", "FileDeleted"):
        message = bus_event("storage", "FileDeleted", event["data"], event_id=event["event_id"])
        assert forget(sqs_event(message), LambdaContext()) == {"batchItemFailures": []}


def test_an_uploaded_picture_becomes_the_avatar(alix: str, member: str, files: Files) -> None:
    file_id = files.stored(alix)
    made: list[str] = []
    aws.client("dynamodb").meta.events.register("before-call.dynamodb", lambda model, **_: made.append(model.name))
    answer = put(alix, file_id)
    assert made == ["BatchGetItem", "TransactWriteItems"]
    assert (answer.status, answer.headers["ETag"]) == (200, '"2"')
    assert f"/{file_id}/" in answer.json["avatar_url"]
    assert "/256" in answer.json["avatar_url"]
    for seen in (
        call(get, user=alix),
        call(get_member, user=member, path={"user_id": alix}),
        call(change, user=alix, body={"bio": "x"}),
    ):
        assert f"/{file_id}/" in seen.json["avatar_url"]
    assert files.get(alix, file_id).json["state"] == "active"


def test_the_same_again_changes_nothing(alix: str, files: Files) -> None:
    file_id = files.stored(alix)
    put(alix, file_id)
    again = put(alix, file_id)
    assert (again.status, again.headers["ETag"]) == (200, '"2"')
    assert outbox("storage", "FileDeleted") == []


def test_the_old_one_is_deleted_and_its_quota_free(alix: str, files: Files) -> None:
    old, new = files.stored(alix), files.stored(alix)
    put(alix, old)
    assert put(alix, new).status == 200
    assert files.get(alix, old).status == 404
    assert [event["data"]["file_id"] for event in outbox("storage", "FileDeleted")] == [old]
    hear_deletions()
    assert f"/{new}/" in call(get, user=alix).json["avatar_url"]


def test_an_avatar_whose_file_is_deleted_is_gone(alix: str, files: Files) -> None:
    file_id = files.stored(alix)
    put(alix, file_id)
    assert files.delete(alix, file_id).status == 204
    hear_deletions()
    hear_deletions()
    profile = call(get, user=alix)
    assert (profile.json["avatar_url"], profile.headers["ETag"]) == (None, '"3"')
    assert put(alix, file_id).code == "file_not_found"


def test_what_cannot_be_the_avatar_is_refused_and_nothing_is_half_done(
    alix: str, make_member: Callable[[], str], files: Files
) -> None:
    other = make_member()
    user_registered(other)
    theirs, pending = files.stored(other), files.upload(alix, b"x")
    attachment = files.stored(alix, purpose="support_attachment")
    deleted = files.stored(alix)
    files.delete(alix, deleted)
    for file_id, status, code in (
        (theirs, 404, "file_not_found"),
        (new_id(), 404, "file_not_found"),
        (deleted, 404, "file_not_found"),
        (pending, 409, "file_not_active"),
        (attachment, 422, "invalid_request"),
    ):
        answer = put(alix, file_id)
        assert (answer.status, answer.code) == (status, code)
    assert [error["field"] for error in put(alix, attachment).json["errors"]] == ["/file_id"]
    assert call(get, user=alix).json["avatar_url"] is None
    assert files.get(other, theirs).json["state"] == "active"
    assert put(other, theirs).status == 200


def test_a_stale_version_and_a_banned_member_are_refused(alix: str, files: Files) -> None:
    file_id = files.stored(alix)
    assert put(alix, file_id, headers={"If-Match": '"7"'}).code == "stale_version"
    ban(alix)
    assert put(alix, file_id).code == "account_banned"


def test_a_file_that_is_deleted_meanwhile_does_not_become_the_avatar(alix: str, files: Files) -> None:
    file_id = files.stored(alix)
    meanwhile(lambda: files.delete(alix, file_id))
    assert put(alix, file_id).code == "file_not_found"
    assert call(get, user=alix).json["avatar_url"] is None

"""DELETE /admin/gyms/{gym_id}/pictures/{picture_id}, and what the deletion of the file does."""

from __future__ import annotations

import json

import pytest

from gym.endpoints.get_gym import handler as get_gym
from gym.pictures.endpoints.remove_picture import handler
from infra_cdk.catalogue import table_name
from solo60.ids import new_id
from tests.conftest import call, outbox
from tests.fakes.aws import fake_aws
from tests.fakes.meanwhile import meanwhile
from tests.handlers.gym.making import ADMIN, gym
from tests.handlers.gym.pictures.picturing import add, hear_deletions, order, remove, uploaded
from tests.handlers.storage.conftest import Files
from tests.handlers.storage.owners import attach


@pytest.fixture
def files(tables: None) -> Files:
    return Files()


def test_a_removed_picture_is_gone_with_its_file(files: Files) -> None:
    gym_id = gym()["id"]
    first, second = uploaded(files), uploaded(files)
    for file_id in (first, second):
        add(gym_id, file_id)
    for _ in range(2):
        answer = remove(gym_id, first)
        assert (answer.status, answer.text) == (204, "")
    assert order(gym_id) == [second]
    assert files.get(ADMIN, first).status == 404
    assert files.get(ADMIN, second).json["state"] == "active"
    assert [event["data"]["file_id"] for event in outbox("storage", "FileDeleted")] == [first]
    hear_deletions()
    assert call(get_gym, path={"gym_id": gym_id}).headers["ETag"] == '"4"'
    line = fake_aws().items(table_name("test", "user"), "audit_line")[-1]
    assert (line["object_id"]["S"], json.loads(line["changes"]["S"])) == (gym_id, {"picture_removed": first})


def test_another_admin_may_remove_it(files: Files) -> None:
    gym_id, uploader = gym()["id"], new_id()
    file_id = uploaded(files, uploader)
    add(gym_id, file_id, user=uploader)
    assert remove(gym_id, file_id).status == 204
    assert files.get(uploader, file_id).status == 404


def test_a_file_that_is_no_picture_of_the_gym_stays(files: Files) -> None:
    gym_id, other = gym()["id"], gym()["id"]
    theirs = uploaded(files)
    add(other, theirs)
    assert remove(gym_id, theirs).status == 204
    assert remove(gym_id, new_id()).status == 204
    assert order(other) == [theirs]
    assert files.get(ADMIN, theirs).json["state"] == "active"
    missing = remove(new_id(), theirs)
    assert (missing.status, missing.code) == (404, "gym_not_found")


def test_a_picture_whose_file_is_deleted_is_gone(files: Files) -> None:
    gym_id = gym()["id"]
    first, second = uploaded(files), uploaded(files)
    for file_id in (first, second):
        add(gym_id, file_id)
    assert files.delete(ADMIN, first).status == 204
    hear_deletions()
    hear_deletions()
    assert order(gym_id) == [second]
    assert call(get_gym, path={"gym_id": gym_id}).headers["ETag"] == '"4"'
    assert remove(gym_id, first).status == 204


def test_a_picture_whose_file_is_deleted_can_be_removed_before_that_is_heard(files: Files) -> None:
    gym_id, file_id = gym()["id"], uploaded(files)
    add(gym_id, file_id)
    files.delete(ADMIN, file_id)
    assert remove(gym_id, file_id).status == 204
    assert order(gym_id) == []
    hear_deletions()
    assert len(outbox("storage", "FileDeleted")) == 1


def test_deleted_files_of_others_concern_no_gym(files: Files, member: str) -> None:
    gym_id, file_id = gym()["id"], uploaded(files)
    add(gym_id, file_id)
    avatar, loose = files.stored(member), files.stored(member)
    attach(avatar, f"user#{member}")
    for deleted in (avatar, loose):
        files.delete(member, deleted)
    hear_deletions()
    assert order(gym_id) == [file_id]


def test_what_others_add_meanwhile_stays(files: Files) -> None:
    gym_id, mine, theirs = gym()["id"], uploaded(files), uploaded(files)
    add(gym_id, mine)
    meanwhile(lambda: add(gym_id, theirs))
    assert remove(gym_id, mine).status == 204
    assert order(gym_id) == [theirs]


def test_who_may_remove_pictures(files: Files) -> None:
    gym_id, file_id = gym()["id"], uploaded(files)
    add(gym_id, file_id)
    path = {"gym_id": gym_id, "picture_id": file_id}
    assert call(handler, path=path).status == 401
    assert call(handler, user=new_id(), path=path).status == 403
    assert order(gym_id) == [file_id]

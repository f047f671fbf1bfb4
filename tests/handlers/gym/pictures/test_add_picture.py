"""POST /admin/gyms/{gym_id}/pictures, and where pictures are shown."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gym.endpoints.change_gym import handler as change_gym
from gym.endpoints.get_gym import handler as get_gym
from gym.endpoints.list_favourites import handler as list_favourites
from gym.endpoints.search_gyms import handler as search
from gym.pictures.endpoints.add_picture import handler
from gym.records import Gym
from gym.repository import gym_key
from infra_cdk.catalogue import table_name
from solo60.ids import new_id
from solo60.settings import distribution_variable
from tests.conftest import call
from tests.fakes.aws import fake_aws
from tests.fakes.meanwhile import meanwhile
from tests.handlers.gym import favouring
from tests.handlers.gym.making import ADMIN, gym
from tests.handlers.gym.pictures.picturing import add, order, shown, uploaded
from tests.handlers.storage.conftest import Files


@pytest.fixture
def files(tables: None) -> Files:
    return Files()


def test_an_uploaded_picture_is_shown_wherever_the_gym_is(files: Files, member: str) -> None:
    gym_id = gym()["id"]
    favouring.add(member, gym_id)
    file_id = uploaded(files)
    answer = add(gym_id, file_id)
    assert (answer.status, answer.headers["ETag"]) == (201, '"2"')
    assert set(answer.json) == {"id", "position", "url", "thumbnail_url"}
    assert (answer.json["id"], answer.json["position"]) == (file_id, 1)
    for name, size in (("url", 1600), ("thumbnail_url", 400)):
        assert f"/{file_id}/" in answer.json[name]
        assert f"/{size}" in answer.json[name]
    changed = call(change_gym, user=ADMIN, admin=True, path={"gym_id": gym_id}, body={"capacity": 3})
    for gym_shown in (
        call(get_gym, path={"gym_id": gym_id}).json,
        call(search).json["items"][0],
        call(list_favourites, user=member).json["items"][0],
        changed.json,
    ):
        [picture] = gym_shown["pictures"]
        assert (picture["id"], picture["position"]) == (file_id, 1)
        assert picture["url"].split("?")[0] == answer.json["url"].split("?")[0]
        assert picture["thumbnail_url"].split("?")[0] == answer.json["thumbnail_url"].split("?")[0]


def test_both_sizes_are_in_the_bucket_under_their_addresses(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    gym_id = gym()["id"]
    monkeypatch.setenv(distribution_variable("files"), "d1.cloudfront.net")
    picture = add(gym_id, uploaded(files)).json
    for name in ("url", "thumbnail_url"):
        assert picture[name].startswith("https://d1.cloudfront.net/")
        assert f"public/{picture[name].split('/', 3)[3]}" in files.objects()
    assert shown(gym_id) == [picture]


def test_pictures_stand_in_their_order_and_the_others_move(files: Files) -> None:
    gym_id = gym()["id"]
    first, second, third, fourth = (uploaded(files) for _ in range(4))
    assert add(gym_id, first).json["position"] == 1
    assert add(gym_id, second, 20).json["position"] == 2
    assert add(gym_id, third, 1).json["position"] == 1
    assert add(gym_id, fourth, 2).json["position"] == 2
    assert order(gym_id) == [third, fourth, first, second]


def test_a_picture_of_the_gym_moves_and_another_admin_may_move_it(files: Files) -> None:
    gym_id = gym()["id"]
    first, second, third = (uploaded(files) for _ in range(3))
    for file_id in (first, second, third):
        add(gym_id, file_id)
    assert add(gym_id, third, 1).json["position"] == 1
    assert order(gym_id) == [third, first, second]
    moved = add(gym_id, third, 20, user=new_id())
    assert (moved.status, moved.json["position"], moved.headers["ETag"]) == (201, 3, '"6"')
    assert order(gym_id) == [first, second, third]
    for position in (None, 2):
        unmoved = add(gym_id, second, position)
        assert (unmoved.status, unmoved.json["position"], unmoved.headers["ETag"]) == (201, 2, '"6"')
    assert order(gym_id) == [first, second, third]


def test_a_repeated_request_is_answered_as_the_first_one(files: Files) -> None:
    gym_id, file_id = gym()["id"], uploaded(files)
    first = add(gym_id, file_id, key="1")
    add(gym_id, uploaded(files), 1)
    again = add(gym_id, file_id, key="1")
    assert (again.status, again.text, again.headers["Idempotent-Replayed"]) == (201, first.text, "true")
    assert order(gym_id)[1] == file_id


def test_a_gym_has_twenty_pictures_at_most(files: Files) -> None:
    gym_id, file_id = gym()["id"], uploaded(files)
    add(gym_id, uploaded(files))
    stored = [{"id": new_id(), "picture": f"{new_id()}/1"} for _ in range(18)]
    key = gym_key(gym_id)
    record = Gym.get(key.pk, key.sk)
    record.update([Gym.pictures.set([*record.pictures, *stored])])
    other = uploaded(files)
    meanwhile(lambda: add(gym_id, other))
    refused = add(gym_id, file_id)
    assert (refused.status, refused.code) == (409, "too_many_pictures")
    assert len(order(gym_id)) == 20
    assert add(gym_id, other, 1).status == 201
    assert order(gym_id)[0] == other


def test_what_cannot_be_a_picture_of_the_gym_is_refused(files: Files) -> None:
    gym_id, elsewhere = gym()["id"], gym()["id"]
    used, deleted = uploaded(files), uploaded(files)
    add(elsewhere, used)
    files.delete(ADMIN, deleted)
    pending = files.upload(ADMIN, b"x", purpose="gym_picture", admin=True)
    for file_id, status, code in (
        (uploaded(files, new_id()), 404, "file_not_found"),
        (new_id(), 404, "file_not_found"),
        (deleted, 404, "file_not_found"),
        (pending, 409, "file_not_active"),
        (used, 409, "file_in_use"),
        (files.stored(ADMIN), 422, "invalid_request"),
    ):
        answer = add(gym_id, file_id)
        assert (answer.status, answer.code) == (status, code)
    assert order(gym_id) == []
    assert order(elsewhere) == [used]
    missing = add(new_id(), uploaded(files))
    assert (missing.status, missing.code) == (404, "gym_not_found")


@pytest.mark.parametrize("position", [0, 21, "first", 1.5])
def test_a_position_is_from_1_to_20(files: Files, position: Any) -> None:
    answer = add(gym()["id"], uploaded(files), position)
    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == ["/position"]


def test_a_file_that_is_deleted_meanwhile_does_not_become_a_picture(files: Files) -> None:
    gym_id, file_id = gym()["id"], uploaded(files)
    meanwhile(lambda: files.delete(ADMIN, file_id))
    assert add(gym_id, file_id).code == "file_not_found"
    assert order(gym_id) == []


def test_two_pictures_at_the_same_time_are_both_there(files: Files) -> None:
    gym_id, mine, theirs = gym()["id"], uploaded(files), uploaded(files)
    meanwhile(lambda: add(gym_id, theirs))
    assert add(gym_id, mine).json["position"] == 2
    assert order(gym_id) == [theirs, mine]


def test_the_audit_log_says_which_picture(files: Files) -> None:
    gym_id, file_id = gym()["id"], uploaded(files)
    add(gym_id, file_id)
    line = fake_aws().items(table_name("test", "user"), "audit_line")[-1]
    assert (line["object_kind"]["S"], line["object_id"]["S"]) == ("gym", gym_id)
    assert json.loads(line["changes"]["S"]) == {"picture": file_id, "position": 1}


def test_who_may_add_pictures(files: Files) -> None:
    gym_id, file_id = gym()["id"], uploaded(files)
    request: dict[str, Any] = {"path": {"gym_id": gym_id}, "body": {"file_id": file_id}}
    assert call(handler, **request).status == 401
    assert call(handler, user=new_id(), **request).status == 403
    assert order(gym_id) == []

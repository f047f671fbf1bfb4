"""Who may read a file by its id: what it belongs to decides, at each read."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

import pytest

from storage.purposes import Purpose
from tests.conftest import Answer, appoint, call
from tests.handlers.storage.conftest import Files
from tests.handlers.storage.owners import attach
from tests.handlers.user.conftest import user_registered
from tests.handlers.user.test_replace_preferences import changed
from user.endpoints.replace_preferences import handler as replace

SECRET = "ultrasound of Zebulon.jpg"
READERS = {
    Purpose.AVATAR: {"owner", "member", "admin"},
    Purpose.GYM_PICTURE: {"owner", "member", "admin"},
    Purpose.REVIEW_PICTURE: {"owner"},
    Purpose.POST_PICTURE: {"owner"},
    Purpose.SUPPORT_ATTACHMENT: {"owner"},
}
"""Of files that are in use. Members do not upload exports."""


@pytest.fixture
def owner(tables: None, member: str) -> str:
    """A member with a profile that all may see."""
    user_registered(member)
    return member


def _see(owner: str, visibility: str) -> None:
    assert call(replace, user=owner, body=changed("/privacy/profile_visibility", visibility)).status == 200


def _ways(files: Files, user: str, file_id: str) -> list[Answer]:
    return [files.get(user, file_id), files.download(user, file_id), files.download(user, file_id, size=64)]


def _avatar(files: Files, owner: str) -> str:
    file_id = files.stored(owner, name=SECRET)
    attach(file_id, f"user#{owner}")
    return file_id


@pytest.mark.parametrize("purpose", READERS)
def test_a_file_in_use_is_read_by_whom_its_purpose_names(
    files: Files, owner: str, make_member: Callable[[], str], purpose: Purpose
) -> None:
    admin = make_member()
    appoint(admin)
    readers = {"owner": owner, "member": make_member(), "admin": admin}
    file_id = files.stored(owner, purpose=purpose, name=SECRET, admin=purpose is Purpose.GYM_PICTURE)
    assert {who for who, user in readers.items() if files.get(user, file_id).status == 200} == {"owner"}, "unused"
    attach(file_id, "object#1")
    for look in (files.get, files.download):
        answers = {who: look(user, file_id) for who, user in readers.items()}
        assert {who for who, answer in answers.items() if answer.status == 200} == READERS[purpose]
        assert {answer.code for answer in answers.values() if answer.status != 200} <= {"file_not_found"}


@pytest.mark.parametrize("visibility", ["followers", "friends", "private"])
def test_an_avatar_is_seen_as_far_as_the_profile_is(
    files: Files, owner: str, make_member: Callable[[], str], visibility: str
) -> None:
    file_id, stranger = _avatar(files, owner), make_member()
    assert {answer.status for answer in _ways(files, stranger, file_id)} == {200}
    _see(owner, visibility)
    assert {answer.code for answer in _ways(files, stranger, file_id)} == {"file_not_found"}
    assert {answer.status for answer in _ways(files, owner, file_id)} == {200}
    _see(owner, "public")
    assert {answer.status for answer in _ways(files, stranger, file_id)} == {200}


def test_an_avatar_without_a_profile_is_nobody_elses(files: Files, member: str, make_member: Callable[[], str]) -> None:
    file_id = _avatar(files, member)
    assert {answer.code for answer in _ways(files, make_member(), file_id)} == {"file_not_found"}


def test_the_name_that_its_owner_has_typed_is_told_to_nobody_else(
    files: Files, owner: str, make_member: Callable[[], str]
) -> None:
    file_id, stranger = _avatar(files, owner), make_member()
    assert files.get(owner, file_id).json["name"] == SECRET
    assert files.download(owner, file_id).json["name"] == SECRET
    found, whole, small = _ways(files, stranger, file_id)
    assert found.json["name"] == "avatar.jpg"
    assert (whole.json["name"], small.json["name"]) == ("avatar.jpg", "avatar.jpg.webp")
    for answer in (found, whole, small):
        assert "ltrasound" not in unquote(answer.text) + str(answer.headers)
        assert "Zebulon" not in unquote(answer.text) + str(answer.headers)

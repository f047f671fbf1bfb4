"""What other domains do with files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from solo60 import clock
from solo60.records import batch_get
from storage.providers.registry import StoreRegistry
from storage.published import FileRepository, Purpose, picture_address, picture_of
from tests.conftest import outbox
from tests.fakes.pictures import PDF, picture
from tests.handlers.storage.conftest import Files
from tests.handlers.storage.owners import release, use


def test_an_active_file_of_ones_own_for_the_purpose_is_used_and_no_other(
    files: Files, member: str, make_member: Callable[[], str]
) -> None:
    avatar, me = files.stored(member), f"user#{member}"
    other = make_member()
    assert use(other, avatar, Purpose.AVATAR, f"user#{other}") == "file_not_found"
    assert use(member, other, Purpose.AVATAR, me) == "file_not_found"
    assert use(member, avatar, Purpose.POST_PICTURE, "post#1") == "invalid_request"
    pending = files.upload(member, picture("JPEG"))
    assert use(member, pending, Purpose.AVATAR, me) == "file_not_active"
    rejected = files.upload(member, PDF)
    files.complete(member, rejected)
    assert use(member, rejected, Purpose.AVATAR, me) == "file_not_active"
    deleted = files.stored(member)
    files.delete(member, deleted)
    assert use(member, deleted, Purpose.AVATAR, me) == "file_not_found"
    assert files.get(other, avatar).status == 404, "a refusal makes nothing readable"
    assert use(member, avatar, Purpose.AVATAR, me) is None
    assert use(member, avatar, Purpose.AVATAR, me) is None
    assert use(member, avatar, Purpose.AVATAR, "user#another") == "file_in_use"


def test_what_is_released_is_deleted_once(files: Files, member: str) -> None:
    now = clock.now()
    with clock.at(now):
        file_id = files.stored(member)
        use(member, file_id, Purpose.AVATAR, f"user#{member}")
        release(file_id, member)
        release(file_id, member)
        assert files.used(member) == (0, 0)
        assert files.get(member, file_id).status == 404
        [event] = outbox("storage", "FileDeleted")
        assert event["data"] == {
            "file_id": file_id,
            "owner_id": member,
            "purpose": "avatar",
            "attached_to": f"user#{member}",
        }
        assert files.objects()
    with clock.at(now + timedelta(minutes=17)):
        assert files.sweep() == 1
        assert files.objects() == {}
        assert files.sweep() == 0


def test_the_address_of_a_picture_needs_no_read(files: Files, member: str) -> None:
    file_id = files.stored(member)
    file = FileRepository().find(batch_get, file_id)
    assert file is not None
    address = urlsplit(picture_address(StoreRegistry(), picture_of(file), 64))
    assert address.path.endswith(f"/public/{file_id}/{file.attempt}/64")
    assert parse_qs(address.query)["response-content-type"] == ["image/webp"]
    assert parse_qs(address.query)["X-Amz-Expires"] == ["300"]


def test_the_address_of_a_distribution_is_that_of_the_object(
    files: Files, member: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The distribution begins below `public/`, and reads nothing beside it."""
    file_id = files.stored(member)
    file = FileRepository().find(batch_get, file_id)
    assert file is not None
    monkeypatch.setenv("DISTRIBUTION_FILES", "d1.cloudfront.net")
    address = picture_address(StoreRegistry(), picture_of(file), 64)
    assert address == f"https://d1.cloudfront.net/{file_id}/{file.attempt}/64"
    assert f"public/{address.removeprefix('https://d1.cloudfront.net/')}" in files.objects()


def test_only_smaller_pictures_of_avatars_gyms_and_reviews_are_public(files: Files, member: str) -> None:
    for purpose in ("avatar", "gym_picture", "review_picture", "post_picture", "support_attachment"):
        files.stored(member, purpose=purpose, admin=purpose == "gym_picture")
    public = [key.rsplit("/", 1)[1] for key in files.objects() if key.startswith("public/")]
    assert sorted(public) == ["1600", "1600", "256", "400", "400", "64"]
    other = [key.rsplit("/", 1)[1] for key in files.objects() if key.startswith("files/")]
    assert (other.count("original"), len(other)) == (5, 9)


def test_no_public_address_can_be_told_from_another(files: Files, member: str) -> None:
    """The same picture again has another address, and neither id alone leads to the object."""
    found = []
    for _ in range(2):
        file = FileRepository().find(batch_get, files.stored(member))
        assert file is not None
        found.append(picture_of(file).split("/"))
    (file_id, attempt), (other_id, other_attempt) = found
    assert len({file_id, attempt, other_id, other_attempt}) == 4

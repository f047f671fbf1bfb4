"""Files over HTTP alone: an avatar from upload to the eye of another member, and races for one file and one quota."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

import httpx
import pytest
from PIL import Image

from infra_cdk.local.upload import post_form, send_file, upload
from storage.keys import BUCKET, PENDING, PUBLIC, VERIFIED
from tests.e2e.harness import Member, World, at_once
from tests.fakes.pictures import opened, picture

pytestmark = pytest.mark.e2e

MIB = 1024 * 1024
AVATAR = {"purpose": "avatar", "name": "Ich 😀.jpg", "content_type": "image/jpeg"}
PHOTO = {"purpose": "post_picture", "name": "photo.jpg", "content_type": "image/jpeg"}
ATTACHMENT = {"purpose": "support_attachment", "name": "a.pdf", "content_type": "application/pdf"}


@pytest.fixture(scope="module")
def alix(world: World) -> Member:
    """Somebody with files."""
    return world.new_member()


def _used(member: Member) -> tuple[int, int]:
    usage = member.api.call("GET", "/storage/usage")
    return usage["bytes_used"], usage["files_used"]


def _objects(world: World, file_id: str) -> dict[str, bytes]:
    """What the bucket holds of a file, by the last part of its key."""
    s3, bucket = world.aws("s3"), world.bucket(BUCKET)
    found = {}
    for prefix in (f"{PENDING}{file_id}", f"{VERIFIED}{file_id}/", f"{PUBLIC}{file_id}/"):
        for each in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", ()):
            found[each["Key"]] = s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read()
    return found


def _served(member: Member, path: str) -> bytes:
    return httpx.get(member.api.call("GET", f"{path}/download")["url"], trust_env=False).content


def _outcomes(answers: list[httpx.Response]) -> Counter[tuple[int, str | None]]:
    return Counter(
        (answer.status_code, answer.json()["code"] if answer.status_code >= 400 else None) for answer in answers
    )


def test_an_avatar_is_uploaded_and_seen_by_another_member(world: World, alix: Member) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Secret Camera"
    file = upload(alix.api, picture("JPEG", 800, 600, exif=exif), **AVATAR)
    assert (file["state"], file["width"], file["sizes"]) == ("active", 800, [64, 256])
    profile = alix.api.call("PUT", "/users/me/avatar", json={"file_id": file["id"]})
    seen = world.member.api.call("GET", f"/users/{alix.id}")
    for address in (profile["avatar_url"], seen["avatar_url"]):
        shown = httpx.get(address, trust_env=False)
        assert (shown.status_code, shown.headers["content-type"]) == (200, "image/webp")
        assert opened(shown.content).size == (256, 256)
    whole = httpx.get(alix.api.call("GET", f"/storage/files/{file['id']}/download")["url"], trust_env=False)
    assert b"Secret" not in whole.content
    assert opened(whole.content).size == (800, 600)
    theirs = world.member.api.call("GET", f"/storage/files/{file['id']}/download")
    assert theirs["name"] == "avatar.jpg"
    assert "Ich" not in httpx.get(theirs["url"], trust_env=False).headers["content-disposition"]

    preferences = alix.api.call("GET", "/users/me/preferences")
    preferences["privacy"]["profile_visibility"] = "private"
    alix.api.call("PUT", "/users/me/preferences", json=preferences)
    for path in (f"/users/{alix.id}", f"/storage/files/{file['id']}", f"/storage/files/{file['id']}/download"):
        assert world.member.api.send("GET", path).status_code == 404


@pytest.mark.parametrize(
    ("file", "size", "room", "code"),
    [(ATTACHMENT, 15 * MIB, 13, "quota_exceeded"), (AVATAR, 1000, 5, "too_many_files")],
    ids=["bytes", "files"],
)
def test_fifty_uploads_signed_at_once_fill_the_quota_exactly(
    world: World, file: dict[str, str], size: int, room: int, code: str
) -> None:
    member = world.new_member()
    answers = at_once(50, lambda _: member.settled("POST", "/storage/uploads", json={**file, "size": size}))
    assert _outcomes(answers) == {(201, None): room, (409, code): 50 - room}
    assert _used(member) == (room * size, room)
    for answer in answers:
        if answer.status_code == 201:
            member.api.call("DELETE", f"/storage/files/{answer.json()['file_id']}")
    assert _used(member) == (0, 0)


def test_twenty_completions_at_once_are_one(world: World, alix: Member) -> None:
    before = _used(alix)
    file_id = send_file(alix.api, picture("JPEG", 1500, 1000), **PHOTO)
    answers = at_once(20, lambda _: alix.settled("POST", f"/storage/uploads/{file_id}/complete"))
    outcomes = _outcomes(answers)
    assert outcomes.keys() <= {(200, None), (409, "completion_in_flight")}
    assert outcomes[200, None]
    file = alix.api.call("GET", f"/storage/files/{file_id}")
    assert len({answer.text for answer in answers if answer.status_code == 200}) == 1
    assert (file["state"], _used(alix)) == ("active", (before[0] + file["size"], before[1] + 1))
    objects = _objects(world, file_id)
    assert sorted(key.rsplit("/", 1)[1] for key in objects) == ["1600", "400", "original"], "of one attempt alone"


def test_a_deletion_during_a_completion_leaves_nothing(world: World, alix: Member) -> None:
    before = _used(alix)
    for number in range(12):
        file_id = send_file(alix.api, picture("JPEG", 1500, 1000), **PHOTO)

        def act(which: int, file_id: str = file_id, pause: float = number * 0.03) -> httpx.Response:
            if which == 0:
                return alix.settled("POST", f"/storage/uploads/{file_id}/complete")
            time.sleep(pause)
            return alix.settled("DELETE", f"/storage/files/{file_id}")

        completed, deleted = at_once(2, act)
        assert deleted.status_code == 204
        assert completed.status_code in {200, 404}
        assert alix.api.send("GET", f"/storage/files/{file_id}").status_code == 404
        assert _objects(world, file_id) == {}
    assert _used(alix) == before


def test_what_is_put_over_a_completed_file_is_never_served(world: World, alix: Member) -> None:
    first, second = picture("JPEG", 700, 500), picture("JPEG", 700, 500, quality=31)
    second += b"\x00" * (len(first) - len(second))
    signed: dict[str, Any] = alix.api.call("POST", "/storage/uploads", json={"size": len(first), **PHOTO})
    path = f"/storage/files/{signed['file_id']}"
    assert post_form(signed["url"], signed["fields"], first).is_success
    assert alix.api.call("POST", f"/storage/uploads/{signed['file_id']}/complete")["state"] == "active"
    before = alix.api.call("GET", path), _served(alix, path)
    assert post_form(signed["url"], signed["fields"], second).is_success, "the form still lasts"
    assert alix.api.call("POST", f"/storage/uploads/{signed['file_id']}/complete")["state"] == "active"
    after = alix.api.call("GET", path), _served(alix, path)
    assert after == before

"""POST /storage/uploads/{file_id}/complete: what it does with good files."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from solo60 import clock
from storage import completion
from storage.endpoints.complete_upload import handler
from storage.providers.s3 import S3Store
from tests.conftest import call, outbox
from tests.fakes.pictures import PDF, TYPES, opened, picture
from tests.grants_in_use import by_others
from tests.handlers.storage.conftest import Files


@pytest.mark.parametrize("kind", TYPES)
def test_a_picture_becomes_active_in_its_own_type_and_in_webp(files: Files, member: str, kind: str) -> None:
    file_id = files.upload(member, picture(kind, 400, 300), content_type=TYPES[kind])
    answer = files.complete(member, file_id)
    assert answer.status == 200, answer.text
    found = answer.json
    assert (found["id"], found["state"], found["content_type"]) == (file_id, "active", TYPES[kind])
    assert (found["width"], found["height"], found["sizes"]) == (400, 300, [64, 256])
    objects = {key.rsplit("/", 1)[1]: content for key, content in files.objects().items()}
    assert set(objects) == {"original", "64", "256"}, "the uploaded bytes are removed"
    assert opened(objects["original"]).format == kind
    assert {opened(objects[size]).format for size in ("64", "256")} == {"WEBP"}
    assert [opened(objects[size]).size for size in ("64", "256")] == [(64, 64), (256, 256)]
    assert found["size"] == len(objects["original"])
    assert found["checksum"] == hashlib.sha256(objects["original"]).hexdigest()
    assert files.used(member) == (found["size"], 1)
    assert files.get(member, file_id).json == found


def test_other_pictures_keep_their_shape_and_are_not_enlarged(files: Files, member: str) -> None:
    files.stored(member, content=picture("JPEG", 2000, 1000), purpose="post_picture")
    objects = {key.rsplit("/", 1)[1]: opened(content).size for key, content in files.objects().items()}
    assert objects == {"original": (2000, 1000), "1600": (1600, 800), "400": (400, 200)}
    files.stored(member, content=picture("JPEG", 120, 90), purpose="review_picture")
    assert (120, 90) in [opened(content).size for key, content in files.objects().items() if key.endswith("/1600")]


def test_a_picture_loses_where_and_with_what_it_was_taken(files: Files, member: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Secret Camera"
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    content = picture("JPEG", 400, 300, exif=exif, comment=b"secret comment")
    assert b"Secret Camera" in content
    files.stored(member, content=content)
    for kept in files.objects().values():
        assert b"ecret" not in kept
        assert b"Exif" not in kept
        assert not opened(kept).getexif()
    [original] = [opened(kept) for key, kept in files.objects().items() if key.endswith("/original")]
    assert original.size == (300, 400), "it is turned as the camera said"


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_an_animation_stays_one(files: Files, member: str, kind: str) -> None:
    files.stored(member, kind, picture(kind, frames=12))
    [original] = [kept for key, kept in files.objects().items() if key.endswith("/original")]
    assert getattr(opened(original), "n_frames", 1) == 12


def test_what_is_served_ends_where_the_picture_ends(files: Files, member: str) -> None:
    files.stored(member, content=picture("JPEG") + b"<script>alert(1)</script>")
    assert not [kept for kept in files.objects().values() if b"script" in kept]


def test_a_document_is_kept_as_it_is(files: Files, member: str) -> None:
    body: dict[str, Any] = {"purpose": "support_attachment", "content_type": "application/pdf"}
    file_id = files.upload(member, PDF, **body)
    answer = files.complete(member, file_id)
    assert (answer.status, answer.json["sizes"], answer.json["width"]) == (200, [], None)
    assert list(files.objects().values()) == [PDF]


def test_before_the_bytes_are_there_it_is_409_and_nothing_changes(files: Files, member: str) -> None:
    file_id = files.sign(member).json["file_id"]
    for _ in range(2):
        answer = files.complete(member, file_id, headers={"Idempotency-Key": "k"})
        assert (answer.status, answer.code) == (409, "upload_not_received")
    assert files.get(member, file_id).json["state"] == "pending"
    assert files.used(member) == (1000, 1)


def test_repeating_it_changes_nothing(files: Files, member: str) -> None:
    file_id = files.stored(member)
    before, used = files.objects(), files.used(member)
    for headers in ({}, {"Idempotency-Key": "a"}, {"Idempotency-Key": "a"}):
        again = files.complete(member, file_id, headers=headers)
        assert (again.status, again.json["state"]) == (200, "active")
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (files.objects(), files.used(member)) == (before, used)


def test_bytes_that_are_put_over_a_completed_file_never_appear(files: Files, member: str) -> None:
    now = clock.now()
    with clock.at(now):
        file_id = files.stored(member)
        before = files.objects()
        files.put(file_id, b"<script>")
        assert files.complete(member, file_id).status == 200
        assert {key: kept for key, kept in files.objects().items() if not key.startswith("pending/")} == before
    with clock.at(now + timedelta(minutes=17)):
        assert files.sweep() == 1
        assert files.objects() == before, "nothing is left of them"
        assert files.sweep() == 0


def test_others_files_are_not_there(files: Files, member: str, make_member: Callable[[], str]) -> None:
    file_id = files.upload(member, picture("JPEG"))
    assert files.complete(make_member(), file_id).status == 404
    assert files.complete(member, make_member()).status == 404
    assert files.get(member, file_id).json["state"] == "pending"


def test_a_second_request_waits_for_the_first(files: Files, member: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file_id = files.upload(member, picture("JPEG"))
    read = S3Store.read
    answers = []

    def read_while_others_ask(self: S3Store, key: str, limit: int) -> bytes:
        with by_others():
            answers.append(files.complete(member, file_id))
        return read(self, key, limit)

    monkeypatch.setattr(S3Store, "read", read_while_others_ask)
    assert files.complete(member, file_id).status == 200
    assert [(answer.status, answer.code) for answer in answers] == [(409, "completion_in_flight")]
    assert answers[0].headers["Retry-After"] == "1"
    assert len(files.objects()) == 3


def test_a_deletion_in_the_midst_of_it_wins(files: Files, member: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file_id = files.upload(member, picture("JPEG"))
    keep = completion._keep

    def keep_after_deletion(*args: object) -> None:
        with by_others():
            assert files.delete(member, file_id).status == 204
        keep(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(completion, "_keep", keep_after_deletion)
    assert files.complete(member, file_id).status == 404
    assert files.objects() == {}
    assert files.used(member) == (0, 0)
    assert files.get(member, file_id).status == 404
    assert len(outbox("storage", "FileDeleted")) == 1


def test_what_died_in_the_midst_of_it_is_done_again(files: Files, member: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file_id = files.upload(member, picture("JPEG"))
    now = clock.now()
    with clock.at(now), monkeypatch.context() as patch:
        patch.setattr(completion, "_activate", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            files.complete(member, file_id)
        dead = set(files.objects())
        assert files.complete(member, file_id).code == "completion_in_flight"
    with clock.at(now + completion.LEASE):
        assert files.complete(member, file_id).status == 200
    assert len(files.objects()) == 3
    assert not dead & set(files.objects())


def test_the_picture_of_a_wide_colour_space_keeps_its_colours(files: Files, member: str) -> None:
    """Without its profile its numbers would mean other colours."""
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    content = picture("PNG", icc_profile=profile)
    files.stored(member, "PNG", content)
    for kept in files.objects().values():
        assert "icc_profile" not in opened(kept).info


def test_there_is_a_line_in_the_log_and_a_photo_is_fine(files: Files, member: str) -> None:
    content = io.BytesIO(picture("JPEG", 4000, 3000, quality=60)).getvalue()
    file_id = files.upload(member, content, purpose="review_picture")
    answer = call(handler, user=member, path={"file_id": file_id})
    assert (answer.status, answer.json["width"]) == (200, 4000)

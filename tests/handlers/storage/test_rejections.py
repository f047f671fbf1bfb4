"""What is uploaded and not accepted: rejected, 422, quota back, nothing kept, and no 5xx."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from solo60 import clock
from storage.completion import REJECTED_KEPT
from tests.fakes.pictures import PDF, archive, jpeg_with_scans, picture, png_of, png_with
from tests.handlers.storage.conftest import Files

JPEG = picture("JPEG", 300, 300)
PDF_UPLOAD: dict[str, Any] = {"purpose": "support_attachment", "content_type": "application/pdf"}


def _gif(frames: int) -> bytes:
    """A GIF of so many frames of one pixel, with nothing in them that takes space."""
    head = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff"
    return head + b"\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00" * frames + b"\x3b"


def _flat(side: int) -> bytes:
    target = io.BytesIO()
    Image.new("1", (side, side)).save(target, "PNG")
    return target.getvalue()


BAD = {
    "a header of 30000 x 30000": ("image/png", png_of(30_000, 30_000), "too_many_pixels"),
    "flat, 20000 x 20000": ("image/png", _flat(20_000), "too_many_pixels"),
    "a JPEG header of 60000 x 60000": (
        "image/jpeg",
        JPEG.replace(b"\x00\x11\x08\x01\x2c\x01\x2c", b"\x00\x11\x08\xea\x60\xea\x60"),
        "too_many_pixels",
    ),
    "a WebP canvas of 16000 x 16000": (
        "image/webp",
        b"RIFF\x1e\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x7f\x3e\x00\x7f\x3e\x00" + b"\x00" * 8,
        "too_many_pixels",
    ),
    "5,000 frames": ("image/gif", _gif(5_000), "too_many_frames"),
    "101 frames": ("image/gif", _gif(101), "too_many_frames"),
    "a JPEG of 1,500 scans": ("image/jpeg", jpeg_with_scans(1_500), "too_complex"),
    "a JPEG of 65 scans": ("image/jpeg", jpeg_with_scans(55), "too_complex"),
    "30,000 comments in a JPEG": (
        "image/jpeg",
        JPEG[:2] + b"\xff\xfe\x00\x02" * 30_000 + JPEG[2:],
        "too_complex",
    ),
    "padding in a JPEG": ("image/jpeg", JPEG[:2] + b"\xff" * 100_000 + JPEG[2:], "damaged"),
    "30,000 chunks in a PNG": ("image/png", png_with(30_000, b"abCd"), "too_complex"),
    "30,000 chunks of pixels": ("image/png", png_with(30_000, b"IDAT"), "too_complex"),
    "two profiles": ("image/png", png_with(2, b"iCCP", b"a\0\0" + zlib.compress(b"0")), "damaged"),
    "30,000 chunks in a WebP": ("image/webp", picture("WEBP") + b"abcd\x00\x00\x00\x00" * 30_000, "too_complex"),
    "30,000 comments in a GIF": ("image/gif", _gif(1)[:-1] + b"\x21\xfe\x01a\x00" * 30_000 + b"\x3b", "too_complex"),
    "text that unpacks to 100 MB": (
        "image/png",
        png_of(1, 1, (b"zTXt", b"a\x00\x00" + zlib.compress(b"0" * 100_000_000))),
        "damaged",
    ),
    "cut off": ("image/jpeg", JPEG[: len(JPEG) // 2], "damaged"),
    "a PNG cut off": ("image/png", picture("PNG", 300, 300)[:-600], "damaged"),
    "a GIF cut off": ("image/gif", picture("GIF")[:-40], "damaged"),
    "a WebP cut off": ("image/webp", picture("WEBP", 300, 300)[:-300], "damaged"),
    "WAV as WebP": ("image/webp", b"RIFF\x24\x00\x00\x00WAVEfmt " + b"\x00" * 40, None),
    "AVI as WebP": ("image/webp", b"RIFF\x24\x00\x00\x00AVI LIST" + b"\x00" * 40, None),
    "JPEG bytes before HTML": ("image/jpeg", b"\xff\xd8\xff<html><script>alert(1)</script></html>", None),
    "a GIF that is a script": ("image/gif", b"GIF89a/*...*/=1;alert(1)", None),
    "a PNG signature before a ZIP": ("image/png", b"\x89PNG\r\n\x1a\n" + archive(), None),
    "PDF as JPEG": ("image/jpeg", PDF, "wrong_type"),
    "PNG as JPEG": ("image/jpeg", picture("PNG"), "wrong_type"),
    "SVG as PNG": (
        "image/png",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        "wrong_type",
    ),
    "HTML as JPEG": ("image/jpeg", b"<!DOCTYPE html><script>alert(1)</script>", "wrong_type"),
    "zeros": ("image/jpeg", b"\x00" * 1000, "wrong_type"),
}


def _rejected(files: Files, member: str, file_id: str, reason: str | None) -> None:
    for _ in range(2):
        answer = files.complete(member, file_id)
        assert (answer.status, answer.code) == (422, "file_rejected"), answer.text
        assert [fault["field"] for fault in answer.json["errors"]] == ["file_id"]
    found = files.get(member, file_id).json
    assert found["state"] == "rejected"
    assert reason in {None, found["reason"]}
    assert files.used(member) == (0, 0)
    assert files.objects() == {}
    assert files.download(member, file_id).code == "file_not_active"


@pytest.mark.parametrize("name", BAD)
def test_a_picture_that_is_none_is_rejected(files: Files, member: str, name: str) -> None:
    content_type, content, reason = BAD[name]
    _rejected(files, member, files.upload(member, content, content_type=content_type), reason)


def test_an_upload_of_another_size_is_rejected(files: Files, member: str) -> None:
    """S3 holds the form to its size; other stores may not."""
    for content in (JPEG[:-1], JPEG + b"x", b""):
        file_id = files.sign(member, size=len(JPEG)).json["file_id"]
        files.put(file_id, content)
        _rejected(files, member, file_id, "wrong_size")


@pytest.mark.parametrize(
    "content",
    [
        b"<html>\n\n" + PDF,
        PDF + archive(),
        PDF[:-6] + archive() + b"%%EOF",
        PDF + b"<script>",
        PDF[:-8],
        b"%PDF-",
    ],
    ids=["HTML before", "ZIP behind", "ZIP inside the end", "script behind", "cut off", "a beginning"],
)
def test_a_document_that_is_something_else_too_is_rejected(files: Files, member: str, content: bytes) -> None:
    _rejected(files, member, files.upload(member, content, **PDF_UPLOAD), None)


def test_a_rejected_file_is_shown_for_a_week(files: Files, member: str) -> None:
    now = clock.now()
    with clock.at(now):
        file_id = files.upload(member, PDF)
        _rejected(files, member, file_id, "wrong_type")
        assert [file["state"] for file in files.listed(member)] == ["rejected"]
    with clock.at(now + REJECTED_KEPT - timedelta(seconds=1)):
        assert files.get(member, file_id).status == 200
    with clock.at(now + REJECTED_KEPT):
        assert files.get(member, file_id).status == 404
        assert files.listed(member) == []
        assert files.complete(member, file_id).status == 404


def test_a_jpeg_of_64_scans_is_fine_and_those_of_its_preview_do_not_count(files: Files, member: str) -> None:
    content = jpeg_with_scans(54)
    preview = b"\xff\xda\x00\x02" * 100
    content = content[:2] + b"\xff\xe1" + struct.pack(">H", len(preview) + 2) + preview + content[2:]
    assert files.complete(member, files.upload(member, content)).status == 200


def test_a_hundred_frames_and_forty_megapixels_are_fine(files: Files, member: str) -> None:
    assert files.complete(member, files.upload(member, _gif(100), content_type="image/gif")).status == 200
    wide = _flat(6_324)
    upload = files.upload(member, wide, content_type="image/png", purpose="post_picture")
    assert files.complete(member, upload).status == 200

"""GET /storage/files/{file_id}/download."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solo60 import aws
from storage.endpoints.download_file import handler
from storage.names import EXTENSIONS, disposition
from tests.conftest import Answer, call
from tests.fakes.pictures import PDF
from tests.handlers.faults import refused
from tests.handlers.storage.conftest import Files


def _signed(answer: Answer) -> dict[str, str]:
    assert answer.status == 200, answer.text
    return {name: value for name, [value] in parse_qs(urlsplit(answer.json["url"]).query).items()}


def test_a_picture_is_shown_for_five_minutes_and_cached_privately(files: Files, member: str) -> None:
    file_id = files.stored(member, "PNG", name="Grüße.png")
    signed = _signed(files.download(member, file_id))
    assert signed["X-Amz-Expires"] == "300"
    assert signed["response-content-type"] == "image/png"
    assert signed["response-cache-control"] == "private, max-age=300"
    shown = signed["response-content-disposition"]
    assert shown == "inline; filename=\"Gr__e.png\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe.png"


def test_a_smaller_picture_is_webp(files: Files, member: str) -> None:
    file_id = files.stored(member, name="me.jpeg")
    answer = files.download(member, file_id, size=64)
    assert (answer.json["content_type"], answer.json["name"]) == ("image/webp", "me.jpeg.webp")
    assert urlsplit(answer.json["url"]).path.endswith("/64")
    wrong = files.download(member, file_id, size=400)
    assert (wrong.status, wrong.json["errors"][0]["field"]) == (422, "size")


def test_a_document_is_an_attachment(files: Files, member: str) -> None:
    body: dict[str, Any] = {"purpose": "support_attachment", "content_type": "application/pdf", "name": "a.html"}
    file_id = files.upload(member, PDF, **body)
    files.complete(member, file_id)
    signed = _signed(files.download(member, file_id))
    assert signed["response-content-disposition"].startswith('attachment; filename="a.html.pdf"')
    assert files.download(member, file_id, size=400).status == 422


def test_what_is_not_completed_has_no_address(files: Files, member: str) -> None:
    file_id = files.sign(member).json["file_id"]
    answer = call(handler, user=member, path={"file_id": file_id})
    assert (answer.status, answer.code) == (409, "file_not_active")


def test_without_its_line_in_the_log_there_is_no_address(files: Files, member: str) -> None:
    file_id = files.stored(member)

    def refuse(**_: object) -> object:
        return type("Answer", (), {"status_code": 503})(), refused("ServiceUnavailable")

    aws.client("sqs").meta.events.register_first("before-call.sqs.SendMessage", refuse)
    answer = files.download(member, file_id)
    assert answer.status == 503
    assert "url" not in answer.json


NAMES = [
    "../../etc/passwd",
    "..\\..\\boot.ini",
    "C:\\x.png",
    ".",
    "..",
    "/",
    "a/",
    "con.png",
    '";x="',
    "x" * 300,
    "😀" * 300,
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_harmless(files: Files, member: str, name: str) -> None:
    signed = _signed(files.download(member, files.stored(member, name=name)))
    _assert_harmless(signed["response-content-disposition"])
    assert len(files.objects()) == 3


@given(st.text(min_size=1, max_size=300), st.sampled_from(sorted(EXTENSIONS)))
def test_any_name_is_harmless(name: str, content_type: str) -> None:
    header = disposition(name.encode("utf-8", "replace").decode(), content_type).header
    _assert_harmless(header)
    assert len(header) < 2_000


def _assert_harmless(header: str) -> None:
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
    plain = header.split('"')[1]
    whole = unquote(header.split("UTF-8''")[1])
    for name in (plain, whole):
        assert not set(name) & {"/", "\\", "\x00", ":"}
        assert name.strip(".")
        assert not name.startswith(".")

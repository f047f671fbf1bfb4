"""POST /storage/uploads."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import pytest

from solo60 import clock
from storage.endpoints.sign_upload import handler
from storage.purposes import MIB
from tests.conftest import call
from tests.fakes.wire import TRANSACT
from tests.handlers.faults import watched
from tests.handlers.storage.conftest import Files

BIG: dict[str, Any] = {"purpose": "post_picture", "size": 15 * MIB}


def test_the_form_fixes_place_type_and_size(files: Files, member: str) -> None:
    answer = files.sign(member, size=1234)
    assert answer.status == 201, answer.text
    assert set(answer.json) == {"file_id", "url", "fields", "expires_at", "complete_before"}
    fields = answer.json["fields"]
    policy = json.loads(base64.b64decode(fields["policy"]))
    key = f"pending/{answer.json['file_id']}"
    assert fields["key"] == key
    assert fields["Content-Type"] == "image/jpeg"
    for condition in (
        {"key": key},
        {"Content-Type": "image/jpeg"},
        ["content-length-range", 1234, 1234],
        {"bucket": "files"},
    ):
        assert condition in policy["conditions"]
    assert files.get(member, answer.json["file_id"]).json["state"] == "pending"


def test_signing_takes_one_transaction_and_no_read(files: Files, member: str) -> None:
    with watched(TRANSACT) as wire:
        assert files.sign(member).status == 201
    assert len(wire.sent) == 1


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"content_type": "image/svg+xml"}, {"/content_type"}),
        ({"content_type": "text/html"}, {"/content_type"}),
        ({"content_type": "application/pdf"}, {"/content_type"}),
        ({"size": 5 * MIB + 1}, {"/size"}),
        ({"content_type": "text/html", "size": 100 * MIB}, {"/content_type", "/size"}),
        ({"size": 0}, {"/size"}),
        ({"size": -1}, {"/size"}),
        ({"purpose": "wallpaper"}, {"/purpose"}),
        ({"name": ""}, {"/name"}),
        ({"name": "a\x00.jpg"}, {"/name"}),
        ({"name": "a\nb.jpg"}, {"/name"}),
        ({"name": "a\u202egpj.exe"}, {"/name"}),
        ({"name": "x" * 301}, {"/name"}),
    ],
)
def test_what_the_purpose_does_not_allow_is_refused(
    files: Files, member: str, body: dict[str, Any], fields: set[str]
) -> None:
    answer = files.sign(member, **body)
    assert (answer.status, answer.code) == (422, "invalid_request")
    assert {fault["field"] for fault in answer.json["errors"]} == fields
    assert files.used(member) == (0, 0)


def test_gym_pictures_are_uploaded_by_admins_and_exports_by_nobody(files: Files, member: str) -> None:
    assert files.sign(member, purpose="gym_picture").code == "forbidden"
    assert files.sign(member, admin=True, purpose="gym_picture").status == 201
    assert files.sign(member, admin=True, purpose="export", content_type="text/csv").code == "forbidden"
    assert files.used(member) == (0, 0), "what belongs to the network is in nobody's quota"


def test_a_size_is_reserved_at_once_and_never_twice_for_a_key(files: Files, member: str) -> None:
    first = files.sign(member, headers={"Idempotency-Key": "k"})
    again = files.sign(member, headers={"Idempotency-Key": "k"})
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.text == first.text
    assert files.used(member) == (1000, 1)


def test_the_quota_is_exact(files: Files, member: str) -> None:
    for _ in range(13):
        assert files.sign(member, **BIG).status == 201
    answer = files.sign(member, headers={"Idempotency-Key": "k"}, **BIG)
    assert (answer.status, answer.code) == (409, "quota_exceeded")
    assert files.sign(member, **{**BIG, "size": 5 * MIB}).status == 201
    assert files.used(member) == (200 * MIB, 14)
    assert files.sign(member, size=1).code == "quota_exceeded"


def test_there_are_only_so_many_files_for_a_purpose(files: Files, member: str) -> None:
    for _ in range(5):
        assert files.sign(member).status == 201
    assert files.sign(member).code == "too_many_files"
    assert files.sign(member, purpose="review_picture").status == 201


def test_what_was_abandoned_counts_no_more_before_anything_removes_it(files: Files, member: str) -> None:
    now = clock.now()
    with clock.at(now):
        abandoned = [files.sign(member, size=1000).json["file_id"] for _ in range(5)]
    with clock.at(now + timedelta(minutes=60) - timedelta(seconds=1)):
        assert files.used(member) == (5000, 5)
        assert files.sign(member).code == "too_many_files"
    with clock.at(now + timedelta(minutes=60)):
        assert files.used(member) == (0, 0)
        assert files.listed(member) == []
        assert files.get(member, abandoned[0]).status == 404
        assert files.complete(member, abandoned[0]).status == 404
        assert files.delete(member, abandoned[0]).status == 404
        assert files.sign(member, size=7).status == 201
        assert files.used(member) == (7, 1)
        files.sweep()
        assert files.used(member) == (7, 1)


def test_an_unknown_field_is_refused(files: Files, member: str) -> None:
    assert call(handler, user=member, body={"purpose": "avatar", "key": "files/x"}).status == 422


def test_an_admin_who_has_lost_the_role_signs_no_picture_of_a_gym(files: Files, member: str) -> None:
    body = {"purpose": "gym_picture", "name": "gym.jpg", "content_type": "image/jpeg", "size": 1000}
    refused = call(handler, user=member, admin=True, appointed=False, body=body)
    assert (refused.status, refused.code) == (403, "forbidden")
    assert call(handler, user=member, admin=True, body=body).status == 201

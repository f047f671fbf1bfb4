"""PATCH /admin/users/{user_id}."""

from __future__ import annotations

import json
from typing import Any

import pytest

from solo60.ids import new_id
from tests.conftest import Answer, call, outbox
from tests.handlers.user.administration.governing import as_admin, audit_lines, get, joined, new_admin
from user.administration.endpoints.correct_member import handler
from user.endpoints.get_profile import handler as get_profile

pytestmark = pytest.mark.usefixtures("tables")


def correct(admin: str, user_id: str, body: Any, **more: Any) -> Answer:
    return as_admin(handler, admin, user_id, body, **more)


def test_a_correction_is_kept_told_and_logged_without_what_is_personal() -> None:
    admin, member = new_admin(), joined()
    body = {"last_name": "Łukasz-Brown", "phone": "+44 (0)7700 900321", "date_of_birth": "1991-02-03"}
    answer = correct(admin, member, body)
    assert (answer.status, answer.headers["ETag"], answer.json["phone"]) == (200, '"2"', "+447700900321")
    profile = call(get_profile, user=member).json
    assert (profile["last_name"], profile["date_of_birth"]) == ("Łukasz-Brown", "1991-02-03")
    [event] = outbox("user", "ProfileChanged")
    assert event["data"]["last_name"] == "Łukasz-Brown"
    [line] = audit_lines()
    assert (line["actor_id"]["S"], line["object_kind"]["S"], line["object_id"]["S"]) == (admin, "user", member)
    assert set(json.loads(line["changes"]["S"])) == {"last_name", "phone", "date_of_birth"}
    assert not any(part in json.dumps(line) for part in ("ukasz", "7700", "1991"))


def test_nothing_to_correct_leaves_no_line() -> None:
    admin, member = new_admin(), joined()
    assert correct(admin, member, {"first_name": "Alix"}).headers["ETag"] == '"1"'
    assert correct(admin, member, {}).status == 200
    assert audit_lines() == outbox("user", "ProfileChanged") == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"first_name": None}, "/first_name"),
        ({"first_name": "http://evil.example/login"}, "/first_name"),
        ({"date_of_birth": "2020-01-01"}, "/date_of_birth"),
        ({"date_of_birth": None}, "/date_of_birth"),
        ({"phone": "07700900123"}, "/phone"),
        ({"email": "x@example.com"}, "/email"),
        ({"role": "admin"}, "/role"),
    ],
)
def test_what_cannot_be_corrected_so_is_refused_by_field(body: dict[str, Any], field: str) -> None:
    admin, member = new_admin(), joined()
    answer = correct(admin, member, body)
    assert (answer.status, [error["field"] for error in answer.json["errors"]]) == (422, [field])
    assert audit_lines() == []


def test_a_stale_version_is_412_and_nobody_is_404() -> None:
    admin, member = new_admin(), joined()
    assert correct(admin, member, {"bio": "a"}, headers={"If-Match": '"1"'}).status == 200
    assert correct(admin, member, {"bio": "b"}, headers={"If-Match": '"1"'}).code == "stale_version"
    assert correct(admin, new_id(), {"bio": "b"}).code == "not_found"
    assert correct(member, member, {"bio": "b"}).code == "forbidden"
    assert get(admin, member).json["bio"] == "a"
    assert len(audit_lines()) == 1

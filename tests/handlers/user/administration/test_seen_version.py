"""Roles and bans are changed under the version of the profile that the admin has seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from solo60.ids import new_id
from tests.conftest import Answer
from tests.fakes.meanwhile import meanwhile
from tests.handlers.user.administration.governing import (
    as_admin,
    audit_lines,
    ban,
    get,
    joined,
    new_admin,
    set_role,
    unban,
)
from user.administration.endpoints.correct_member import handler as correct_handler

pytestmark = pytest.mark.usefixtures("tables")


def promote(admin: str, user_id: str, **more: Any) -> Answer:
    return set_role(admin, user_id, "admin", **more)


def demote(admin: str, user_id: str, **more: Any) -> Answer:
    return set_role(admin, user_id, "member", **more)


@pytest.mark.parametrize("act", [ban, unban, promote, demote])
def test_a_profile_that_is_not_or_no_longer_the_one_that_was_seen_is_left_alone(act: Callable[..., Answer]) -> None:
    admin, member = new_admin(), new_admin() if act is demote else joined()
    if act is unban:
        ban(admin, member)

    def correct() -> None:
        assert as_admin(correct_handler, admin, member, {"bio": new_id()}).status == 200

    before = get(admin, member)
    stale = act(admin, member, headers={"If-Match": '"2"'})
    assert (stale.status, stale.code) == (412, "stale_version")
    meanwhile(correct)
    assert act(admin, member, headers={"If-Match": before.headers["ETag"]}).code == "stale_version"
    after = get(admin, member)
    assert {**before.json, "bio": after.json["bio"], "version": 2} == after.json
    assert audit_lines()[-1]["operation"]["S"] == "correct_member"
    meanwhile(correct)
    assert act(admin, member).status == 200  # who names no version changes what is there
    assert act(admin, new_id(), headers={"If-Match": '"1"'}).status == 404


@pytest.mark.parametrize("act", [ban, unban, promote, demote])
def test_the_present_version_is_changed(act: Callable[..., Answer]) -> None:
    admin, member = new_admin(), new_admin() if act is demote else joined()
    if act is unban:
        ban(admin, member)
    answer = act(admin, member, headers={"If-Match": get(admin, member).headers["ETag"]})
    assert answer.status == 200
    assert answer.headers["ETag"] == '"1"'

"""POST /admin/users/{user_id}/unban."""

from __future__ import annotations

import pytest

from solo60.ids import new_id
from tests.conftest import outbox
from tests.handlers.user.administration.governing import audit_lines, ban, get, joined, new_admin, unban

pytestmark = pytest.mark.usefixtures("tables")


def test_a_lifted_ban_is_told_logged_and_stays_in_the_history() -> None:
    admin, member = new_admin(), joined()
    ban(admin, member)
    answer = unban(admin, member)
    assert (answer.status, answer.json["status"]) == (200, "active")
    [event] = outbox("user", "UserUnbanned")
    assert event["data"]["user_id"] == member
    [shown] = get(admin, member).json["bans"]
    assert (shown["lifted_by"], shown["lifted_at"] is None) == (admin, False)
    assert [line["operation"]["S"] for line in audit_lines()] == ["ban_member", "unban_member"]


def test_who_is_not_banned_stays_so() -> None:
    admin, member = new_admin(), joined()
    for _ in range(2):
        assert unban(admin, member).json["status"] == "active"
    assert audit_lines() == []
    assert unban(admin, new_id()).code == "not_found"
    assert unban(member, member).code == "forbidden"

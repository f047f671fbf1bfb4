"""POST /admin/users/{user_id}/ban."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from solo60 import clock
from solo60.ids import new_id
from tests.conftest import call, outbox
from tests.fakes.meanwhile import meanwhile
from tests.handlers.user.administration.governing import (
    admins_not_banned,
    as_admin,
    audit_lines,
    ban,
    get,
    joined,
    new_admin,
    unban,
)
from user.administration.endpoints.ban_member import handler
from user.endpoints.change_profile import handler as change

pytestmark = pytest.mark.usefixtures("tables")


def writes(user_id: str) -> bool:
    """Whether a member can write."""
    answer = call(change, user=user_id, body={"bio": clock.to_rfc3339(clock.now())})
    assert answer.status == 200 or answer.code == "account_banned"
    return answer.status == 200


def test_a_ban_holds_from_its_moment_is_told_and_logged() -> None:
    admin, member = new_admin(), joined()
    assert writes(member)
    answer = ban(admin, member)
    assert (answer.status, answer.json["status"], answer.json["banned_until"]) == (200, "banned", None)
    assert not writes(member)
    [event] = outbox("user", "UserBanned")
    assert event["data"]["user_id"] == member
    assert event["data"]["banned_until"] is None
    assert "reason" not in event["data"]
    [line] = audit_lines()
    assert (line["actor_id"]["S"], line["object_id"]["S"]) == (admin, member)
    [shown] = get(admin, member).json["bans"]
    assert shown == {
        "id": event["data"]["ban_id"],
        "reason": "Damaged equipment.",
        "banned_at": event["data"]["banned_at"],
        "banned_by": admin,
        "banned_until": None,
        "lifted_at": None,
        "lifted_by": None,
    }


def test_a_ban_with_an_end_lifts_itself_and_can_be_made_anew() -> None:
    admin, member = new_admin(), joined()
    end = clock.now() + timedelta(days=7)
    assert ban(admin, member, end).json["banned_until"] == clock.to_rfc3339(end)
    with clock.at(end - timedelta(seconds=1)):
        assert not writes(member)
        assert get(admin, member).json["status"] == "banned"
    with clock.at(end):
        assert writes(member)
        assert get(admin, member).json["status"] == "active"
        again = ban(admin, member, end + timedelta(days=1))
        assert (again.status, again.json["banned_until"]) == (200, clock.to_rfc3339(end + timedelta(days=1)))
        assert not writes(member)
        first = get(admin, member).json["bans"][1]
        assert (first["lifted_at"], first["banned_until"]) == (None, clock.to_rfc3339(end))


def test_a_new_ban_replaces_the_present_one() -> None:
    admin, member = new_admin(), joined()
    ban(admin, member, clock.now() + timedelta(days=7))
    assert ban(admin, member).json["banned_until"] is None
    latest, replaced = get(admin, member).json["bans"]
    assert (latest["lifted_at"], replaced["lifted_by"]) == (None, admin)
    assert unban(admin, member).json["status"] == "active"
    assert writes(member)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "/reason"),
        ({"reason": " "}, "/reason"),
        ({"reason": "\u200b\n\u2063"}, "/reason"),
        ({"reason": "\u3164"}, "/reason"),
        ({"reason": "x" * 1001}, "/reason"),
        ({"reason": "x", "until": "2020-01-01T00:00:00Z"}, "/until"),
        ({"reason": "x", "until": "2050-01-01"}, "/until"),
        ({"reason": "x", "by": "me"}, "/by"),
    ],
)
def test_what_is_not_valid_is_refused_by_field(body: dict[str, Any], field: str) -> None:
    admin, member = new_admin(), joined()
    answer = as_admin(handler, admin, member, body)
    assert (answer.status, [error["field"] for error in answer.json["errors"]]) == (422, [field])
    assert writes(member)


def test_nobody_but_an_admin_bans_and_nobody_is_not_found() -> None:
    admin, member = new_admin(), joined()
    assert ban(member, admin).code == "forbidden"
    assert ban(admin, new_id()).code == "not_found"
    assert audit_lines() == []


def test_two_bans_at_once_leave_one_in_force_and_both_in_the_history() -> None:
    admin, other, member = new_admin(), new_admin(), joined()
    meanwhile(lambda: ban(other, member, clock.now() + timedelta(days=1)))
    assert ban(admin, member).json["banned_until"] is None
    bans = get(admin, member).json["bans"]
    assert [each["lifted_at"] is None for each in bans].count(True) == 1
    assert len(bans) == len(audit_lines()) == 2
    assert unban(admin, member).json["status"] == "active"


def test_two_admins_who_ban_each_other_at_once_leave_one() -> None:
    one, two = new_admin(), new_admin()
    meanwhile(lambda: ban(two, one))
    assert ban(one, two).code == "account_banned"
    assert admins_not_banned() == {two}
    assert len(audit_lines()) == 1


def test_a_banned_admin_does_nothing_that_admins_do() -> None:
    one, two, member = new_admin(), new_admin(), joined()
    ban(one, two)
    assert ban(two, member).code == "account_banned"
    assert unban(two, two).code == "account_banned"
    assert get(two, member).code == "account_banned"


def test_a_key_replays_the_ban() -> None:
    admin, member = new_admin(), joined()
    headers = {"Idempotency-Key": "k"}
    first, again = ban(admin, member, headers=headers), ban(admin, member, headers=headers)
    assert (again.text, again.headers["Idempotent-Replayed"]) == (first.text, "true")
    assert len(get(admin, member).json["bans"]) == len(audit_lines()) == 1


def test_a_write_in_flight_is_refused_by_a_ban_in_between() -> None:
    admin, member = new_admin(), joined()
    meanwhile(lambda: ban(admin, member))
    assert not writes(member)

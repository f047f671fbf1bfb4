"""PUT /admin/users/{user_id}/role."""

from __future__ import annotations

from datetime import timedelta

import pytest

from solo60 import aws, clock
from solo60.ids import new_id
from solo60.unit_of_work import UnitOfWork
from tests.conftest import call, outbox
from tests.fakes.meanwhile import meanwhile
from tests.handlers.user.administration.governing import (
    LISTED,
    admins_not_banned,
    audit_lines,
    ban,
    get,
    joined,
    new_admin,
    set_role,
    unban,
)
from user.administration.repository import MemberRepository
from user.administration.roles import appoint
from user.errors import MemberBanned

pytestmark = pytest.mark.usefixtures("tables")


def test_a_member_becomes_an_admin_and_a_member_again() -> None:
    admin, other = new_admin(), joined()
    made: list[str] = []
    aws.client("dynamodb").meta.events.register("before-call.dynamodb", lambda model, **_: made.append(model.name))
    answer = set_role(admin, other, "admin")
    assert (answer.status, answer.json["role"], made) == (200, "admin", ["BatchGetItem", "TransactWriteItems"])
    assert get(other, admin).status == 200
    assert set_role(other, admin, "member").json["role"] == "member"
    assert get(admin, other).code == "forbidden"
    assert [(event["data"]["user_id"], event["data"]["role"]) for event in outbox("user", "UserRoleChanged")] == [
        (admin, "admin"),
        (other, "admin"),
        (admin, "member"),
    ]
    assert [line["operation"]["S"] for line in audit_lines()] == ["change_role"] * 2


def test_the_role_that_is_there_already_changes_nothing() -> None:
    admin, other = new_admin(), joined()
    assert set_role(admin, other, "member").status == 200
    assert set_role(admin, admin, "admin").status == 200
    assert audit_lines() == []


def test_nobody_else_and_nothing_else() -> None:
    admin, other = new_admin(), joined()
    assert set_role(admin, new_id(), "admin").code == "not_found"
    assert set_role(admin, other, "owner").status == 422
    assert set_role(other, other, "admin").code == "forbidden"
    assert admins_not_banned() == {admin}


def test_the_last_admin_who_is_not_banned_stays() -> None:
    admin, banned = new_admin(), new_admin()
    assert ban(admin, banned).status == 200
    answer = set_role(admin, admin, "member")
    assert (answer.status, answer.code) == (409, "last_admin")
    assert ban(admin, admin).code == "last_admin"
    assert len(audit_lines()) == 1
    assert unban(admin, banned).status == 200
    assert set_role(admin, admin, "member").status == 200
    assert admins_not_banned() == {banned}


def test_an_admin_whose_ban_has_ended_counts_again() -> None:
    admin, banned = new_admin(), new_admin()
    now = clock.now()
    ban(admin, banned, now + timedelta(days=1))
    with clock.at(now + timedelta(days=1) - timedelta(seconds=1)):
        assert set_role(admin, admin, "member").code == "last_admin"
    with clock.at(now + timedelta(days=1)):
        assert set_role(admin, admin, "member").status == 200


def test_a_banned_member_who_becomes_an_admin_does_not_count() -> None:
    admin, other = new_admin(), joined()
    ban(admin, other)
    set_role(admin, other, "admin")
    assert set_role(admin, admin, "member").code == "last_admin"


def test_two_who_step_down_at_once_leave_one() -> None:
    one, two = new_admin(), new_admin()
    meanwhile(lambda: set_role(two, two, "member"))
    answer = set_role(one, one, "member")
    assert (answer.status, answer.code) == (409, "last_admin")
    assert admins_not_banned() == {one}
    assert len(audit_lines()) == 1


def test_two_who_demote_each_other_at_once_leave_one() -> None:
    one, two = new_admin(), new_admin()
    meanwhile(lambda: set_role(two, one, "member"))
    assert set_role(one, two, "member").status in {403, 409}
    assert admins_not_banned() == {two}
    assert len(audit_lines()) == 1


def test_a_ban_and_a_promotion_at_once_leave_an_admin_who_is_not_banned() -> None:
    admin, other = new_admin(), joined()
    meanwhile(lambda: ban(admin, other))
    assert set_role(admin, other, "admin").json["status"] == "banned"
    assert set_role(admin, admin, "member").code == "last_admin"
    assert admins_not_banned() == {admin}


def test_a_promotion_during_a_ban_leaves_an_admin_who_is_not_banned() -> None:
    admin, other = new_admin(), joined()
    meanwhile(lambda: set_role(admin, other, "admin"))
    assert ban(admin, other).json["role"] == "admin"
    assert set_role(admin, admin, "member").code == "last_admin"
    assert admins_not_banned() == {admin}


def test_a_promotion_while_a_ban_is_lifted_counts() -> None:
    admin, other = new_admin(), joined()
    ban(admin, other)
    meanwhile(lambda: set_role(admin, other, "admin"))
    assert unban(admin, other).json["role"] == "admin"
    assert set_role(admin, admin, "member").status == 200
    assert admins_not_banned() == {other}


def test_an_operator_appoints_nobody_who_is_banned() -> None:
    admin, other = new_admin(), joined()
    ban(admin, other)
    with pytest.raises(MemberBanned):
        appoint(UnitOfWork(), MemberRepository(), other)
    unban(admin, other)
    meanwhile(lambda: ban(admin, other))
    with pytest.raises(MemberBanned):
        appoint(UnitOfWork(), MemberRepository(), other)
    assert set_role(admin, admin, "member").code == "last_admin"
    assert admins_not_banned() == {admin}


def test_who_is_demoted_in_between_promotes_nobody() -> None:
    one, two, other = new_admin(), new_admin(), joined()
    meanwhile(lambda: set_role(two, one, "member"))
    assert set_role(one, other, "admin").code == "forbidden"
    assert admins_not_banned() == {two}
    assert call(LISTED, user=one, admin=True, appointed=False).code == "forbidden"


def test_a_promotion_that_came_first_stands_before_the_demotion_in_the_log() -> None:
    one, two, other = new_admin(), new_admin(), joined()
    meanwhile(lambda: set_role(one, other, "admin"))
    assert set_role(two, one, "member").status == 200
    lines = sorted(audit_lines(), key=lambda line: line["SK"]["S"])
    assert [line["object_id"]["S"] for line in lines] == [other, one]

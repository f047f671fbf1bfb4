"""`make admin`: the first admin of a deployment, and the reset of a lost second factor."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import pytest

from infra_cdk.catalogue import table_name
from infra_cdk.commands import admin
from infra_cdk.commands.admin import OPERATOR, NoSuchMember, make_admin
from solo60.bans import Ban, ban_key
from solo60.records import batch_get
from solo60.roles import is_admin, role_key
from tests.conftest import outbox
from tests.fakes.aws import aws_client
from tests.handlers.auth.conftest import EMAIL, Cognito, cognito, verified
from user.errors import MemberBanned, NotAnAdmin

__all__ = ["cognito"]


def lines() -> list[tuple[str, str, str]]:
    items = aws_client("dynamodb").scan(TableName=table_name("test", "user"))["Items"]
    found = [item for item in items if "line_id" in item]
    return [(item["actor_id"]["S"], item["operation"]["S"], item["object_id"]["S"]) for item in found]


def test_it_makes_the_owner_of_an_address_an_admin(cognito: Cognito) -> None:
    member = verified()
    assert make_admin(f" {EMAIL.upper()} ", reset=False).user_id == member
    assert is_admin(batch_get(role_key(member))[role_key(member)])
    assert [event["data"]["role"] for event in outbox("user", "UserRoleChanged")] == ["admin"]
    assert lines() == [(OPERATOR, "make_admin", member)]
    # An admin stays one, and needs no other second factor.
    before = batch_get(role_key(member))[role_key(member)]
    make_admin(EMAIL, reset=False)
    after = batch_get(role_key(member))[role_key(member)]
    assert before is not None
    assert after is not None
    assert before.second_factor_from == after.second_factor_from


def test_it_resets_the_second_factor_of_an_admin(cognito: Cognito) -> None:
    member = verified()
    with pytest.raises(NotAnAdmin):
        make_admin(EMAIL, reset=True)
    make_admin(EMAIL, reset=False)
    before = batch_get(role_key(member))[role_key(member)]
    make_admin(EMAIL, reset=True)
    after = batch_get(role_key(member))[role_key(member)]
    assert before is not None
    assert after is not None
    assert before.second_factor_from < after.second_factor_from
    assert [event["data"] for event in outbox("user", "SecondFactorReset")] == [{"user_id": member}]
    assert len(lines()) == 2


def test_an_address_that_nobody_has_verified_is_refused(cognito: Cognito) -> None:
    with pytest.raises(NoSuchMember):
        make_admin("nobody@example.com", reset=False)


def test_it_says_what_it_has_done(
    cognito: Cognito, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    member = verified()
    monkeypatch.setattr(admin, "_use", lambda stage: None)

    def said(*options: str) -> str:
        monkeypatch.setattr(sys, "argv", ["admin", EMAIL, *options])
        code, told = admin.main(), capsys.readouterr()
        assert (code, bool(told.err)) in {(0, False), (1, True)}
        return told.out + told.err

    assert said() == f"{EMAIL} ({member}) is an admin from the next login on\n"
    assert said() == f"{EMAIL} ({member}) is an admin already: nothing has changed\n"
    assert said("--factor", "reset") == f"{EMAIL} ({member}) sets up a new second factor at the next login\n"
    key = ban_key(member)
    Ban(key.pk, key.sk, banned_until=datetime(2999, 1, 1, tzinfo=UTC)).save()
    assert "is banned" in said()
    assert "Traceback" not in said()


def test_a_banned_member_is_no_admin(cognito: Cognito) -> None:
    key = ban_key(verified())
    Ban(key.pk, key.sk, banned_until=datetime(2999, 1, 1, tzinfo=UTC)).save()
    with pytest.raises(MemberBanned):
        make_admin(EMAIL, reset=False)
    assert outbox("user", "UserRoleChanged") == []

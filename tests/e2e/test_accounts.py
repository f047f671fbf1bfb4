"""Accounts under pressure: forty at once, guesses, tokens that rotate, a profile that many change."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from infra_cdk.local import member
from infra_cdk.local.stack import Account
from tests.e2e.harness import World, at_once, eventually

pytestmark = pytest.mark.e2e

RESET_SUBJECT = "reset your"
"""In the subject of the mail that brings the code of a reset, and of no other one."""


def new_account() -> Account:
    return Account(f"account-{uuid4().hex[:8]}@example.com", member.new_password())


def log_in(world: World, account: Account, password: str | None = None) -> dict[str, object]:
    body = {"email": account.email, "password": password or account.password}
    return dict(world.api.call("POST", "/auth/login", json=body))


def test_of_forty_registrations_of_one_email_the_one_that_is_verified_wins(world: World) -> None:
    account = new_account()
    answers = at_once(40, lambda number: member.register(world.api, account, f"Nr {number}", "Walker"))
    ids = [answer["registration_id"] for answer in answers]
    assert len(set(ids)) == 40
    codes = eventually(lambda: _codes(world, account), lambda found: set(ids) <= found.keys())
    statuses = at_once(
        10,
        lambda number: (
            world.api.send(
                "POST", "/auth/verify-email", json={"registration_id": ids[number], "code": codes[ids[number]]}
            ).status_code
        ),
    )
    assert statuses.count(204) == 1
    winner = ids[statuses.index(204)]
    me = world.api.as_caller(str(log_in(world, account)["id_token"]))
    assert me.call("GET", "/auth/me")["id"] == winner
    late = world.api.send("POST", "/auth/verify-email", json={"registration_id": ids[20], "code": codes[ids[20]]})
    assert late.json()["code"] == "invalid_code"


def _codes(world: World, account: Account) -> dict[str, str]:
    """The codes that were issued for an e-mail, by registration."""
    issued = [
        json.loads(item["detail"]["S"])["data"]
        for item in world.outbox("auth", account.email)
        if item["detail_type"]["S"] == "VerificationCodeIssued"
    ]
    return {data["user_id"]: data["code"] for data in issued}


def test_a_registered_email_gets_the_same_response_and_its_owner_is_informed(world: World) -> None:
    account = new_account()
    member.join(world.api, world.inbox, account, "Olga", "Owner")
    stranger = Account(account.email, member.new_password())
    answer = member.register(world.api, stranger, "Eve", "Stranger")
    assert (answer["email"], answer["status"]) == (account.email, "verification_sent")
    world.inbox.wait_for(account.email, "account")
    refused = world.api.send("POST", "/auth/login", json={"email": account.email, "password": stranger.password})
    # As for an address without an owner.
    assert (refused.status_code, refused.json()["code"]) == (403, "email_not_verified")
    assert refused.json()["registration_id"] == answer["registration_id"]
    assert log_in(world, account)["token_type"] == "Bearer"


def test_the_demo_admin_cannot_be_registered_over(world: World) -> None:
    admin = world.stack.users["admin"]
    member.register(world.api, Account(admin.email, member.new_password()), "Eve", "Stranger")
    assert member.log_in(world.api, admin).call("GET", "/auth/me")["role"] == "admin"


def test_forty_guesses_at_once_are_five_at_most_and_lock(world: World) -> None:
    account = new_account()
    member.join(world.api, world.inbox, account, "Gus", "Guessed")
    answers = at_once(
        40,
        lambda number: world.api.send("POST", "/auth/login", json={"email": account.email, "password": f"x{number}"}),
    )
    codes = [answer.json()["code"] for answer in answers]
    assert codes.count("invalid_credentials") <= 5
    assert set(codes) <= {"invalid_credentials", "too_many_attempts", "too_many_requests"}
    right = {"email": account.email, "password": account.password}
    locked = eventually(
        lambda: world.api.send("POST", "/auth/login", json=right),
        lambda answer: answer.json().get("code") != "too_many_requests",
    )
    if codes.count("invalid_credentials") == 5:
        assert (locked.status_code, locked.json()["code"]) == (429, "too_many_attempts")
        assert 0 < int(locked.headers["Retry-After"]) <= 900


def test_tokens_refresh_and_end_with_logout(world: World) -> None:
    account = new_account()
    member.join(world.api, world.inbox, account, "Rita", "Refresh")
    tokens = log_in(world, account)
    old = {"refresh_token": tokens["refresh_token"]}
    answers = [answer.json() for answer in at_once(3, lambda _: world.api.send("POST", "/auth/refresh", json=old))]
    assert len({(answer["id_token"], answer["refresh_token"]) for answer in answers}) == 1
    again = world.api.call("POST", "/auth/refresh", json={"refresh_token": answers[0]["refresh_token"]})
    assert world.api.send("POST", "/auth/refresh", json=old).status_code == 401
    me = world.api.as_caller(again["id_token"])
    assert me.call("GET", "/auth/me")["email"] == account.email
    me.call("POST", "/auth/logout", json={"refresh_token": again["refresh_token"]})
    again_out = me.send("POST", "/auth/logout", json={"refresh_token": "not a token"})
    assert (again_out.status_code, again_out.json()["code"]) == (401, "sign_in_again")
    refused = world.api.send("POST", "/auth/refresh", json={"refresh_token": again["refresh_token"]})
    assert (refused.status_code, refused.json()["code"]) == (401, "invalid_refresh_token")
    nonsense = world.api.send("POST", "/auth/refresh", json={"refresh_token": "nonsense"})
    assert nonsense.json()["code"] == "invalid_refresh_token"


def test_a_stranger_who_registers_first_gets_nowhere(world: World) -> None:
    stranger = new_account()
    owner = Account(stranger.email, member.new_password())
    theirs = member.register(world.api, stranger, "Eve", "Stranger")["registration_id"]
    world.inbox.wait_for(owner.email, member.VERIFICATION_SUBJECT)
    own = member.register(world.api, owner, "Olga", "Owner")["registration_id"]
    mail = world.inbox.wait_for(owner.email, member.VERIFICATION_SUBJECT, count=2)
    body = {"registration_id": own, "code": mail.code}
    statuses = at_once(3, lambda _: world.api.send("POST", "/auth/verify-email", json=body).status_code)
    assert set(statuses) <= {204, 429}
    assert 204 in statuses
    me = world.api.as_caller(str(log_in(world, owner)["id_token"]))
    assert me.call("GET", "/users/me")["first_name"] == "Olga"
    refused = world.api.send("POST", "/auth/login", json={"email": stranger.email, "password": stranger.password})
    assert refused.json()["code"] == "email_not_verified"
    late = {"registration_id": theirs, "code": _codes(world, stranger)[theirs]}
    assert world.api.send("POST", "/auth/verify-email", json=late).json()["code"] == "invalid_code"


def test_of_forty_resets_with_one_code_one_sets_its_password(world: World) -> None:
    account = new_account()
    member.join(world.api, world.inbox, account, "Rosa", "Reset")
    refresh = {"refresh_token": log_in(world, account)["refresh_token"]}
    reset_id = world.api.call("POST", "/auth/forgot-password", json={"email": account.email})["reset_id"]
    code = world.inbox.wait_for(account.email, RESET_SUBJECT).code
    passwords = [member.new_password() for _ in range(40)]
    answers = at_once(
        40,
        lambda number: world.api.send(
            "POST",
            "/auth/reset-password",
            json={"reset_id": reset_id, "code": code, "new_password": passwords[number]},
        ),
    )
    statuses = [answer.status_code for answer in answers]
    assert set(statuses) <= {204, 409, 422, 429}
    assert statuses.count(204) == 1
    assert log_in(world, account, passwords[statuses.index(204)])["token_type"] == "Bearer"
    assert world.api.send("POST", "/auth/refresh", json=refresh).json()["code"] == "invalid_refresh_token"
    assert len(_published(world, "PasswordChanged", _member_id(world, account.email))) == 1


def test_of_forty_changes_of_a_password_one_sets_its_own(world: World) -> None:
    account = new_account()
    me = member.join(world.api, world.inbox, account, "Carla", "Change")
    me_id = me.call("GET", "/auth/me")["id"]
    passwords = [member.new_password() for _ in range(40)]
    answers = at_once(
        40,
        lambda number: me.send(
            "POST",
            "/auth/change-password",
            json={"old_password": account.password, "new_password": passwords[number]},
        ),
    )
    statuses = [answer.status_code for answer in answers]
    # Whoever comes after it has an old password that is wrong, or a token that was ended.
    assert set(statuses) <= {204, 401, 409, 422, 429}
    assert statuses.count(204) == 1
    assert log_in(world, account, passwords[statuses.index(204)])["token_type"] == "Bearer"
    assert len(_published(world, "PasswordChanged", me_id)) == 1


def test_forty_verifications_with_one_code_make_one_member(world: World) -> None:
    account = new_account()
    begun = member.register(world.api, account, "Vera", "Verified")["registration_id"]
    body = {"registration_id": begun, "code": world.inbox.wait_for(account.email, member.VERIFICATION_SUBJECT).code}
    answers = at_once(40, lambda _: world.api.send("POST", "/auth/verify-email", json=body))
    statuses = [answer.status_code for answer in answers]
    # A code has five attempts, each of which completes the verification.
    assert set(statuses) <= {204, 422, 429}
    assert 1 <= statuses.count(204) <= 5
    me = world.api.as_caller(str(log_in(world, account)["id_token"]))
    assert me.call("GET", "/users/me")["first_name"] == "Vera"
    for event in ("UserRegistered", "EmailVerified"):
        assert len(_published(world, event, begun)) == 1


def test_of_many_changes_of_a_role_at_once_the_recorded_one_is_what_logs_in(world: World) -> None:
    account = new_account()
    member.join(world.api, world.inbox, account, "Rolf", "Role")
    path = f"/admin/users/{_member_id(world, account.email)}"
    roles = ["admin", "member"] * 20
    answers = at_once(40, lambda number: world.admin.send("PUT", f"{path}/role", json={"role": roles[number]}))
    assert {answer.status_code for answer in answers} <= {200, 409, 429, 503}
    assert any(answer.status_code == 200 for answer in answers)
    recorded = world.admin.call("GET", path)["role"]
    # An admin has to set up a second factor; a member gets tokens.
    assert ("challenge" in log_in(world, account)) == (recorded == "admin")
    world.admin.call("PUT", f"{path}/role", json={"role": "member"})
    eventually(lambda: _role_in_token(world, account), lambda role: role == "member")


def _role_in_token(world: World, account: Account) -> str:
    me = world.api.as_caller(str(log_in(world, account)["id_token"]))
    return str(me.call("GET", "/auth/me")["role"])


def _member_id(world: World, email: str) -> str:
    [registered] = _published(world, "UserRegistered", email)
    return str(registered["user_id"])


def _published(world: World, event: str, containing: str) -> list[dict[str, object]]:
    """The data of all events of a name in the outbox of auth that contain a text."""
    items = [item for item in world.outbox("auth", containing) if item["detail_type"]["S"] == event]
    return [dict(json.loads(item["detail"]["S"])["data"]) for item in items]


def test_many_change_one_profile_and_none_is_lost(world: World) -> None:
    someone = world.new_member()
    before = eventually(lambda: someone.api.send("GET", "/users/me"), lambda found: found.status_code == 200)
    answers = at_once(10, lambda number: someone.api.send("PATCH", "/users/me", json={"bio": f"Nr {number}"}))
    assert {answer.status_code for answer in answers} <= {200, 409, 429}
    done = sum(answer.status_code == 200 for answer in answers)
    assert done
    after = someone.api.call("GET", "/users/me")
    assert after["version"] == before.json()["version"] + done
    stale = someone.api.send("PATCH", "/users/me", json={"bio": "late"}, headers={"If-Match": before.headers["ETag"]})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    wins = at_once(
        10,
        lambda number: (
            someone.api.send(
                "PATCH", "/users/me", json={"bio": f"guarded {number}"}, headers={"If-Match": f'"{after["version"]}"'}
            ).status_code
        ),
    )
    assert wins.count(200) == 1
    assert set(wins) <= {200, 412, 429}

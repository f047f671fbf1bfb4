"""POST /auth/logout."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from auth.login.endpoints.log_in import handler as login
from auth.login.endpoints.log_out import handler as logout
from auth.login.endpoints.refresh_tokens import handler as refresh
from infra_cdk import catalogue
from solo60 import aws, clock
from tests.conftest import Answer, call
from tests.fakes.aws import aws_client
from tests.fakes.waiting import without_waiting
from tests.handlers.auth.conftest import EMAIL, PASSWORD, Cognito, verified
from user.endpoints.change_profile import handler as change_profile

NOW = datetime(2026, 3, 2, 10, 0, 0, 250_000, tzinfo=UTC)


def ban(member: str) -> None:
    aws_client("dynamodb").put_item(
        TableName=catalogue.table_name("test", "user"),
        Item={
            "PK": {"S": f"USER#{member}"},
            "SK": {"S": "BAN"},
            "kind": {"S": "ban"},
            "banned_until": {"S": "9999-12-31T00:00:00.000000Z"},
        },
    )


def log_in(email: str = EMAIL) -> str:
    """The refresh token of a new login."""
    return str(call(login, body={"email": email, "password": PASSWORD}).json["refresh_token"])


def refreshed(token: str) -> Answer:
    return call(refresh, body={"refresh_token": token})


def test_logout_ends_every_login_of_the_caller(cognito: Cognito) -> None:
    member = verified()
    tokens = [log_in() for _ in range(3)]
    cognito.asked.clear()
    answer = call(logout, user=member, body={"refresh_token": tokens[0]})
    assert (answer.status, answer.text) == (204, "")
    assert cognito.asked == ["AdminUserGlobalSignOut"]
    assert [refreshed(token).code for token in tokens] == ["invalid_refresh_token"] * 3
    assert refreshed(log_in()).status == 200


def test_logout_ends_every_id_token_and_waits_for_the_end_of_the_second(
    cognito: Cognito, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.at(NOW):
        member, stranger = verified(), verified("stranger@example.com")
        waiting = without_waiting(monkeypatch)
        body, key = {"refresh_token": log_in()}, {"Idempotency-Key": "k"}
        for _ in range(2):
            assert call(logout, user=member, body=body, headers=key).status == 204
        assert waiting.pauses == [0.75]
        for some_login in ("", "some-login"):
            ended = call(change_profile, user=member, body={"bio": "Lifts."}, login=some_login)
            assert (ended.status, ended.code) == (401, "sign_in_again")
        again = call(logout, user=member, body={"refresh_token": "x"})
        assert (again.status, again.code) == (401, "sign_in_again")
        issued_at = NOW + timedelta(seconds=0.75)
        assert call(change_profile, user=member, body={"bio": "Lifts."}, issued_at=issued_at).status == 200
        assert call(change_profile, user=stranger, body={"bio": "Lifts."}).status == 200


def test_anothers_refresh_token_stays_valid(cognito: Cognito) -> None:
    stranger, _ = verified("stranger@example.com"), verified()
    token = log_in()
    assert call(logout, user=stranger, body={"refresh_token": token}).status == 204
    assert refreshed(token).status == 200


def test_logout_with_a_useless_token_still_signs_out(cognito: Cognito) -> None:
    member = verified()
    token = log_in()
    assert call(logout, user=member, body={"refresh_token": "useless"}).status == 204
    assert refreshed(token).code == "invalid_refresh_token"


def test_logout_of_a_deleted_account_is_no_error(cognito: Cognito, member: str) -> None:
    assert call(logout, user=member, email="gone@example.com", body={"refresh_token": "x"}).status == 204


def test_an_outage_at_logout_is_503(cognito: Cognito, member: str) -> None:
    cognito.fail("AdminUserGlobalSignOut", "InternalErrorException")
    assert call(logout, user=member, body={"refresh_token": "x"}).status == 503


def test_anonymous_unverified_and_banned_members_do_not_log_out(cognito: Cognito, member: str) -> None:
    body = {"refresh_token": "x"}
    assert call(logout, body=body).code == "unauthenticated"
    assert call(logout, body=body, user=member, verified=False).code == "email_not_verified"
    ban(member)
    assert call(logout, body=body, user=member).code == "account_banned"


@pytest.mark.parametrize(
    ("headers", "trips"),
    [
        ({}, ["BatchGetItem", "TransactWriteItems", "TransactWriteItems"]),
        ({"Idempotency-Key": "k"}, ["BatchGetItem", "TransactWriteItems", "TransactWriteItems"]),
    ],
    ids=["without a key", "with a key"],
)
def test_the_ban_and_the_key_come_before_cognito(cognito: Cognito, headers: dict[str, str], trips: list[str]) -> None:
    member, seen = verified(), list[str]()
    body = {"refresh_token": log_in()}
    aws.client("dynamodb").meta.events.register("before-call.dynamodb", lambda model, **_: seen.append(model.name))
    cognito.asked.clear()
    assert call(logout, user=member, body=body, headers=headers).status == 204
    assert seen == trips
    assert cognito.asked == ["AdminUserGlobalSignOut"]
    ban(member)
    cognito.asked.clear()
    other = dict.fromkeys(headers, "another")
    assert call(logout, user=member, body=body, headers=other).code == "account_banned"
    assert cognito.asked == []


def test_a_key_in_flight_prevents_a_second_logout_and_is_replayed_after_the_first(cognito: Cognito) -> None:
    member = verified()
    body, key = {"refresh_token": log_in()}, {"Idempotency-Key": "k"}
    others: list[Answer] = []

    def send_again(**_: object) -> None:
        if not others:
            others.append(call(logout, user=member, body=body, headers=key))

    cognito.asked.clear()
    aws.client("cognito-idp").meta.events.register_first("before-call.cognito-idp.AdminUserGlobalSignOut", send_again)
    assert call(logout, user=member, body=body, headers=key).status == 204
    assert [(answer.status, answer.code) for answer in others] == [(409, "request_in_flight")]
    again = call(logout, user=member, body=body, headers=key)
    assert (again.status, again.headers["Idempotent-Replayed"]) == (204, "true")
    assert cognito.asked == ["AdminUserGlobalSignOut"]


def test_an_outage_keeps_no_key_and_the_logins_have_ended(cognito: Cognito) -> None:
    member = verified()
    token, key = log_in(), {"Idempotency-Key": "k"}
    cognito.fail("AdminUserGlobalSignOut", "InternalErrorException")
    assert call(logout, user=member, body={"refresh_token": token}, headers=key).status == 503
    cognito.faults.clear()
    assert refreshed(token).code == "invalid_refresh_token"
    answer = call(logout, user=member, body={"refresh_token": token}, headers=key)
    assert (answer.status, "Idempotent-Replayed" in answer.headers) == (204, False)

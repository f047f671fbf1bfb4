"""POST /auth/refresh, POST /auth/logout, GET /auth/me."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from auth.endpoints.login import handler as login
from auth.endpoints.logout import handler as logout
from auth.endpoints.me import handler as me
from auth.endpoints.refresh import handler as refresh
from infra_cdk import catalogue
from solo60 import aws
from tests.conftest import REGION, call
from tests.handlers.auth.conftest import EMAIL, PASSWORD, Cognito, verified


def tokens() -> dict[str, Any]:
    verified()
    answer: dict[str, Any] = call(login, body={"email": EMAIL, "password": PASSWORD}).json
    return answer


def test_a_refresh_token_gives_new_tokens_and_rotates(cognito: Cognito) -> None:
    first = tokens()["refresh_token"]
    answer = call(refresh, body={"refresh_token": first})
    assert answer.status == 200
    assert answer.json.keys() == {"access_token", "id_token", "refresh_token", "expires_in", "token_type"}
    second = answer.json["refresh_token"]
    assert second != first
    assert call(refresh, body={"refresh_token": first}).code == "invalid_refresh_token"
    assert call(refresh, body={"refresh_token": second}).status == 200


def test_without_rotation_the_token_given_stays(cognito: Cognito, monkeypatch: pytest.MonkeyPatch) -> None:
    given = tokens()["refresh_token"]
    client = aws.client("cognito-idp")

    def without(**_: Any) -> dict[str, Any]:
        return {"AuthenticationResult": {"AccessToken": "a", "IdToken": "i", "ExpiresIn": 60, "TokenType": "Bearer"}}

    monkeypatch.setattr(client, "get_tokens_from_refresh_token", without)
    assert call(refresh, body={"refresh_token": given}).json["refresh_token"] == given


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("NotAuthorizedException", 401),
        ("RefreshTokenReuseException", 401),
        ("InvalidParameterException", 401),
        ("UserNotFoundException", 401),
        ("TooManyRequestsException", 429),
        ("InternalErrorException", 503),
    ],
)
def test_what_cognito_says_of_a_refresh_token(cognito: Cognito, code: str, status: int) -> None:
    cognito.fail("GetTokensFromRefreshToken", code)
    assert call(refresh, body={"refresh_token": "x"}).status == status


def test_malformed_refreshes_are_refused(cognito: Cognito) -> None:
    for body in ({}, {"refresh_token": ""}, {"refresh_token": "x" * 8193}, {"refresh_token": "x", "more": 1}):
        assert call(refresh, body=body).status == 422
    assert call(refresh, body={"refresh_token": "never one"}).code == "invalid_refresh_token"


def test_logout_revokes_and_signs_out_everywhere(cognito: Cognito, member: str) -> None:
    token = tokens()["refresh_token"]
    cognito.asked.clear()
    for _ in range(2):
        answer = call(logout, user=member, email=EMAIL, body={"refresh_token": token})
        assert (answer.status, answer.text) == (204, "")
    assert cognito.asked == ["AdminUserGlobalSignOut", "RevokeToken"] * 2
    assert cognito.revoked == [token, token]
    assert call(refresh, body={"refresh_token": token}).code == "invalid_refresh_token"


@pytest.mark.parametrize(
    "code", ["UnauthorizedException", "InvalidParameterException", "UnsupportedTokenTypeException"]
)
def test_logout_with_a_useless_token_still_signs_out(cognito: Cognito, member: str, code: str) -> None:
    verified()
    cognito.fail("RevokeToken", code)
    cognito.asked.clear()
    assert call(logout, user=member, email=EMAIL, body={"refresh_token": "useless"}).status == 204
    assert "AdminUserGlobalSignOut" in cognito.asked


def test_logout_of_an_account_that_is_gone_is_no_error(cognito: Cognito, member: str) -> None:
    assert call(logout, user=member, email="gone@example.com", body={"refresh_token": "x"}).status == 204


def test_an_outage_at_logout_is_503(cognito: Cognito, member: str) -> None:
    cognito.fail("AdminUserGlobalSignOut", "InternalErrorException")
    assert call(logout, user=member, email=EMAIL, body={"refresh_token": "x"}).status == 503


def test_anonymous_unverified_and_banned_members_do_not_log_out(cognito: Cognito, member: str) -> None:
    body = {"refresh_token": "x"}
    assert call(logout, body=body).code == "unauthenticated"
    assert call(logout, body=body, user=member, verified=False).code == "email_not_verified"
    boto3.client("dynamodb", region_name=REGION).put_item(
        TableName=catalogue.table_name("test", "user"),
        Item={
            "PK": {"S": f"USER#{member}"},
            "SK": {"S": "STANDING"},
            "kind": {"S": "standing"},
            "banned_until": {"S": "9999-12-31T00:00:00.000000Z"},
        },
    )
    assert call(logout, body=body, user=member).code == "account_banned"


def test_me_is_what_the_token_says_and_asks_nobody(monkeypatch: pytest.MonkeyPatch, member: str) -> None:
    answer = call(me, user=member, email=EMAIL)
    assert answer.json == {"id": member, "email": EMAIL, "role": "member", "verified": True}
    assert call(me, user=member, admin=True).json["role"] == "admin"
    assert call(me).status == 401
    assert call(me, user=member, verified=False).code == "email_not_verified"

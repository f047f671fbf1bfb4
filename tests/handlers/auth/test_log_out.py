"""POST /auth/logout."""

from __future__ import annotations

from typing import Any

import pytest

from auth.endpoints.log_in import handler as login
from auth.endpoints.log_out import handler as logout
from auth.endpoints.refresh_tokens import handler as refresh
from infra_cdk import catalogue
from tests.conftest import call
from tests.fakes.aws import aws_client
from tests.handlers.auth.conftest import EMAIL, PASSWORD, Cognito, verified


def tokens() -> dict[str, Any]:
    verified()
    answer: dict[str, Any] = call(login, body={"email": EMAIL, "password": PASSWORD}).json
    return answer


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


def test_logout_of_a_deleted_account_is_no_error(cognito: Cognito, member: str) -> None:
    assert call(logout, user=member, email="gone@example.com", body={"refresh_token": "x"}).status == 204


def test_an_outage_at_logout_is_503(cognito: Cognito, member: str) -> None:
    cognito.fail("AdminUserGlobalSignOut", "InternalErrorException")
    assert call(logout, user=member, email=EMAIL, body={"refresh_token": "x"}).status == 503


def test_anonymous_unverified_and_banned_members_do_not_log_out(cognito: Cognito, member: str) -> None:
    body = {"refresh_token": "x"}
    assert call(logout, body=body).code == "unauthenticated"
    assert call(logout, body=body, user=member, verified=False).code == "email_not_verified"
    aws_client("dynamodb").put_item(
        TableName=catalogue.table_name("test", "user"),
        Item={
            "PK": {"S": f"USER#{member}"},
            "SK": {"S": "BAN"},
            "kind": {"S": "ban"},
            "banned_until": {"S": "9999-12-31T00:00:00.000000Z"},
        },
    )
    assert call(logout, body=body, user=member).code == "account_banned"

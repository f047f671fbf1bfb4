"""POST /auth/refresh."""

from __future__ import annotations

from typing import Any

import pytest

from auth.login.endpoints.log_in import handler as login
from auth.login.endpoints.refresh_tokens import handler as refresh
from solo60 import aws
from tests.conftest import call
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

"""The port to Cognito: users, passwords and tokens. The name of a user is the member's id.

The e-mail address is an alias of the user who has verified it. Until then any number of users may have it.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from pydantic_core import from_json

from auth.errors import InvalidCredentials, InvalidRefreshToken, TooManyAttempts
from solo60 import aws, clock, settings
from solo60.problems import InvalidRequest, ServiceUnavailable, TooManyRequests

USER_ID = "custom:user_id"
MEMBERS = "member"
THROTTLES = {"TooManyRequestsException", "LimitExceededException"}
COGNITO_LOCK = timedelta(seconds=60)
"""Cognito does not report the duration of its own lock, which grows from seconds to 15 minutes."""


@dataclass(frozen=True, repr=False)
class CognitoTokens:
    """The tokens of a user; `expires_in` is that of the id token, in seconds. The access token is not used."""

    id: str
    refresh: str
    expires_in: int

    @property
    def email_verified(self) -> bool:
        """Read from the id token."""
        return str(self._claims.get("email_verified", "")).lower() == "true"

    @property
    def origin(self) -> str | None:
        """Cognito's id of the login from which the id token comes, at once or by refreshes."""
        origin = self._claims.get("origin_jti")
        return None if origin is None else str(origin)

    @cached_property
    def _claims(self) -> dict[str, Any]:
        # It comes directly from Cognito over TLS, so its signature is not checked here.
        payload = self.id.split(".")[1]
        claims: dict[str, Any] = from_json(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return claims


class CognitoIdentityProvider:
    """The adapter to the user pool and the client of the environment."""

    def create(self, user_id: str, email: str) -> None:
        """Create a user without a password and with an unverified e-mail address. Cognito sends no mail."""
        try:
            _call(
                "admin_create_user",
                UserPoolId=_pool(),
                Username=user_id,
                MessageAction="SUPPRESS",
                UserAttributes=[
                    {"Name": "email", "Value": email},
                    {"Name": "email_verified", "Value": "false"},
                    {"Name": USER_ID, "Value": user_id},
                ],
            )
        except _CognitoError as error:
            if error.code == "UsernameExistsException":
                return  # Nobody else makes this name: the answer to this very call was lost, and it was sent again.
            error.unless("InvalidParameterException")
            raise InvalidRequest.of("/email", "This address cannot be registered.") from None

    def set_password(self, user_id: str, password: str, *, field: str = "/password") -> None:
        """Set the permanent password of a user.

        Parameters
        ----------
        field
            Where the request has the password.

        Raises
        ------
        InvalidRequest
            Cognito does not accept the password.
        """
        try:
            _call("admin_set_user_password", UserPoolId=_pool(), Username=user_id, Password=password, Permanent=True)
        except _CognitoError as error:
            error.unless("InvalidPasswordException", "InvalidParameterException")
            raise InvalidRequest.of(field, "This password cannot be used. Choose another one.") from None

    def confirm_email(self, user_id: str) -> None:
        """Mark the e-mail address as verified, so that it becomes the user's alias. Can be repeated."""
        _call(
            "admin_update_user_attributes",
            UserPoolId=_pool(),
            Username=user_id,
            UserAttributes=[{"Name": "email_verified", "Value": "true"}],
        )

    def add_to_members(self, user_id: str) -> None:
        """Add the user to the group of members. Can be repeated."""
        _call("admin_add_user_to_group", UserPoolId=_pool(), Username=user_id, GroupName=MEMBERS)

    def delete(self, user_id: str) -> None:
        """Delete a user. Can be repeated."""
        try:
            _call("admin_delete_user", UserPoolId=_pool(), Username=user_id)
        except _CognitoError as error:
            error.unless("UserNotFoundException")

    def login(self, user_id: str, password: str) -> CognitoTokens:
        """Tokens for a user and the user's password.

        Raises
        ------
        InvalidCredentials
            There is no such user, the password is wrong, or the user is incomplete or disabled.
        TooManyAttempts
            Cognito's own lock.
        """
        try:
            answer = _call(
                "admin_initiate_auth",
                UserPoolId=_pool(),
                ClientId=_app(),
                AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": user_id, "PASSWORD": password},
            )
        except _CognitoError as error:
            # Only this message tells that Cognito has locked the account.
            if error.code == "NotAuthorizedException" and "attempts exceeded" in error.message.lower():
                raise TooManyAttempts(clock.now() + COGNITO_LOCK) from None
            error.unless(
                "NotAuthorizedException",
                "UserNotConfirmedException",
                "UserNotFoundException",
                "PasswordResetRequiredException",
                "InvalidParameterException",
            )
            raise InvalidCredentials from None
        result = answer.get("AuthenticationResult")
        if result is None:
            raise InvalidCredentials
        return _tokens(result, "")

    def refresh(self, refresh_token: str) -> CognitoTokens:
        """A new id token for Cognito's refresh token, which stays as it is.

        Raises
        ------
        InvalidRefreshToken
            It has expired or was revoked, or the user is disabled or gone.
        """
        try:
            answer = _call(
                "admin_initiate_auth",
                UserPoolId=_pool(),
                ClientId=_app(),
                AuthFlow="REFRESH_TOKEN_AUTH",
                AuthParameters={"REFRESH_TOKEN": refresh_token},
            )
        except _CognitoError as error:
            error.unless("NotAuthorizedException", "InvalidParameterException", "UserNotFoundException")
            raise InvalidRefreshToken from None
        return _tokens(answer["AuthenticationResult"], refresh_token)

    def sign_out_everywhere(self, user_id: str) -> None:
        """Revoke every refresh token of a user in Cognito."""
        try:
            _call("admin_user_global_sign_out", UserPoolId=_pool(), Username=user_id)
        except _CognitoError as error:
            error.unless("UserNotFoundException")


class _CognitoError(Exception):
    """An error of Cognito about the request."""

    def __init__(self, error: Any) -> None:
        self.code = str(error.response["Error"]["Code"])
        self.message = str(error.response["Error"].get("Message", ""))
        self._error = error
        super().__init__(self.code)

    def unless(self, *expected: str) -> None:
        """Raise Cognito's error, unless its code is one of the expected ones."""
        if self.code not in expected:
            raise self._error


def _call(operation: str, **parameters: Any) -> dict[str, Any]:
    """Call Cognito. A throttle becomes a 429, a transient error a 503."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        answer: dict[str, Any] = getattr(aws.client("cognito-idp"), operation)(**parameters)
    except (BotoCoreError, ClientError) as error:
        if isinstance(error, ClientError) and error.response["Error"]["Code"] in THROTTLES:
            raise TooManyRequests(headers={"Retry-After": "1"}) from error
        if aws.is_transient(error):
            raise ServiceUnavailable from error
        if isinstance(error, ClientError):
            raise _CognitoError(error) from None
        raise
    return answer


def _pool() -> str:
    return settings.read(settings.USER_POOL)


def _app() -> str:
    return settings.read(settings.USER_POOL_CLIENT)


def _tokens(result: dict[str, Any], refresh_token: str) -> CognitoTokens:
    return CognitoTokens(
        id=result["IdToken"], refresh=result.get("RefreshToken", refresh_token), expires_in=int(result["ExpiresIn"])
    )

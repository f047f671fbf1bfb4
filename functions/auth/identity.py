"""The port to Cognito: accounts, passwords and tokens. The username of an account is its e-mail address."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from auth.errors import InvalidCredentials, InvalidRefreshToken, TooManyAttempts
from solo60 import aws, settings
from solo60.problems import EmailNotVerified, InvalidRequest, ServiceUnavailable, TooManyRequests

USER_ID = "custom:user_id"
MEMBERS = "member"
THROTTLES = {"TooManyRequestsException", "LimitExceededException"}
COGNITO_LOCK_SECONDS = 60
"""Cognito does not say how long its own lock lasts; it begins with seconds and grows to 15 minutes."""


@dataclass(frozen=True)
class Account:
    """An account as Cognito has it.

    Attributes
    ----------
    user_id
        Our id of the member; None on an account that this service has not made.
    """

    user_id: str | None
    verified: bool
    first_name: str | None


@dataclass(frozen=True, repr=False)
class Tokens:
    """What a login gives; `expires_in` in seconds."""

    access: str
    id: str
    refresh: str
    expires_in: int

    @property
    def email_verified(self) -> bool:
        """What the id token says. It comes from Cognito itself over TLS, so its signature needs no check here."""
        payload = self.id.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return str(claims.get("email_verified", "")).lower() == "true"


class CognitoIdentityProvider:
    """The user pool and the client that the environment names."""

    def create(self, email: str, user_id: str) -> bool:
        """Make an account that cannot be used yet: no password, e-mail unverified. Cognito sends no mail.

        Returns
        -------
        bool
            False where the e-mail has an account already.
        """
        try:
            _ask(
                "admin_create_user",
                UserPoolId=_pool(),
                Username=email,
                MessageAction="SUPPRESS",
                UserAttributes=[
                    {"Name": "email", "Value": email},
                    {"Name": "email_verified", "Value": "false"},
                    {"Name": USER_ID, "Value": user_id},
                ],
            )
        except _Refusal as refusal:
            if refusal.code == "InvalidParameterException":
                raise InvalidRequest.of("email", "is not an address that can be registered") from None
            refusal.unless("UsernameExistsException")
            return False
        return True

    def find(self, email: str) -> Account | None:
        """The account of an e-mail."""
        try:
            user = _ask("admin_get_user", UserPoolId=_pool(), Username=email)
        except _Refusal as refusal:
            refusal.unless("UserNotFoundException")
            return None
        attributes = {item["Name"]: item["Value"] for item in user["UserAttributes"]}
        return Account(
            user_id=attributes.get(USER_ID),
            verified=attributes.get("email_verified", "").lower() == "true",
            first_name=attributes.get("given_name"),
        )

    def set_password(self, email: str, password: str) -> bool:
        """Give an account its password, for good.

        Returns
        -------
        bool
            False where the e-mail has no account.

        Raises
        ------
        InvalidRequest
            Cognito does not take the password.
        """
        try:
            _ask("admin_set_user_password", UserPoolId=_pool(), Username=email, Password=password, Permanent=True)
        except _Refusal as refusal:
            if refusal.code == "UserNotFoundException":
                return False
            refusal.unless("InvalidPasswordException", "InvalidParameterException")
            raise InvalidRequest.of("password", "cannot be used; choose another") from None
        return True

    def confirm_email(self, email: str) -> None:
        """Mark the e-mail verified, which lets the account in. Harmless if it is."""
        _ask(
            "admin_update_user_attributes",
            UserPoolId=_pool(),
            Username=email,
            UserAttributes=[{"Name": "email_verified", "Value": "true"}],
        )

    def add_to_members(self, email: str) -> None:
        """Put the account into the group of members. Harmless if it is there."""
        _ask("admin_add_user_to_group", UserPoolId=_pool(), Username=email, GroupName=MEMBERS)

    def login(self, email: str, password: str) -> Tokens:
        """Tokens for an e-mail and its password.

        Raises
        ------
        InvalidCredentials
            Either is wrong, or the account is half made or disabled.
        TooManyAttempts
            Cognito's own lock.
        """
        try:
            answer = _ask(
                "admin_initiate_auth",
                UserPoolId=_pool(),
                ClientId=_app(),
                AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": email, "PASSWORD": password},
            )
        except _Refusal as refusal:
            # Cognito has no other sign for its own lock than this message.
            if refusal.code == "NotAuthorizedException" and "attempts exceeded" in refusal.message.lower():
                raise TooManyAttempts(retry_after=COGNITO_LOCK_SECONDS) from None
            if refusal.code == "UserNotConfirmedException":
                raise EmailNotVerified from None
            refusal.unless(
                "NotAuthorizedException",
                "UserNotFoundException",
                "PasswordResetRequiredException",
                "InvalidParameterException",
            )
            raise InvalidCredentials from None
        result = answer.get("AuthenticationResult")
        if result is None:
            raise InvalidCredentials
        return _tokens(result, "")

    def refresh(self, refresh_token: str) -> Tokens:
        """New tokens for a refresh token, which rotates: the one given is of no more use.

        Raises
        ------
        InvalidRefreshToken
            It was never one, has expired, was revoked or used.
        """
        try:
            answer = _ask("get_tokens_from_refresh_token", ClientId=_app(), RefreshToken=refresh_token)
        except _Refusal as refusal:
            refusal.unless(
                "NotAuthorizedException",
                "InvalidParameterException",
                "RefreshTokenReuseException",
                "UserNotFoundException",
            )
            raise InvalidRefreshToken from None
        # Without rotation Cognito gives no new one, and the old one stays good.
        return _tokens(answer["AuthenticationResult"], refresh_token)

    def revoke(self, refresh_token: str) -> None:
        """Make a refresh token useless. One that is no token of this client is useless already."""
        try:
            _ask("revoke_token", ClientId=_app(), Token=refresh_token)
        except _Refusal as refusal:
            refusal.unless("UnauthorizedException", "InvalidParameterException", "UnsupportedTokenTypeException")

    def sign_out_everywhere(self, email: str) -> None:
        """Revoke every refresh token of an account."""
        try:
            _ask("admin_user_global_sign_out", UserPoolId=_pool(), Username=email)
        except _Refusal as refusal:
            refusal.unless("UserNotFoundException")


class _Refusal(Exception):
    """One of Cognito's errors that is about the request."""

    def __init__(self, error: Any) -> None:
        self.code = str(error.response["Error"]["Code"])
        self.message = str(error.response["Error"].get("Message", ""))
        self._error = error
        super().__init__(self.code)

    def unless(self, *expected: str) -> None:
        """Go on as an unforeseen error, unless its code is one of those."""
        if self.code not in expected:
            raise self._error


def _ask(operation: str, **parameters: Any) -> dict[str, Any]:
    """Call Cognito; its throttles become 429, its absence 503."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        answer: dict[str, Any] = getattr(aws.client("cognito-idp"), operation)(**parameters)
    except (BotoCoreError, ClientError) as error:
        if isinstance(error, ClientError) and error.response["Error"]["Code"] in THROTTLES:
            raise TooManyRequests(headers={"Retry-After": "1"}) from error
        if aws.is_transient(error):
            raise ServiceUnavailable from error
        if isinstance(error, ClientError):
            raise _Refusal(error) from None
        raise
    return answer


def _pool() -> str:
    return settings.read("USER_POOL_ID")


def _app() -> str:
    return settings.read("USER_POOL_CLIENT_ID")


def _tokens(result: dict[str, Any], refresh_token: str) -> Tokens:
    return Tokens(
        access=result["AccessToken"],
        id=result["IdToken"],
        refresh=result.get("RefreshToken", refresh_token),
        expires_in=int(result["ExpiresIn"]),
    )

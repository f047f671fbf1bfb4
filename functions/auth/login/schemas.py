"""Request and response bodies of login."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, SecretStr

from auth.schemas import AccountEmail, MailedCode, Password, TotpCode
from solo60.http.request import Role
from solo60.models import Id, RequestModel, ResponseModel

MAX_TOKEN_LENGTH = 8192

OpaqueText = Annotated[SecretStr, Field(min_length=1, max_length=MAX_TOKEN_LENGTH, examples=["AZln8IoQfyKdTlGwxqfyAQ"])]
"""A token of a login: a refresh token, or the session of a challenge."""


class LogInRequest(RequestModel):
    """E-mail and password."""

    email: AccountEmail
    password: Password


class RefreshTokensRequest(RequestModel):
    """The refresh token of the last login or refresh."""

    refresh_token: OpaqueText


class LogOutRequest(RequestModel):
    """The refresh token of the login that ends, with all others of the caller. Another member's has no effect."""

    refresh_token: OpaqueText


class TokensView(ResponseModel):
    """The tokens of a login. Requests are sent with the id token; `expires_in` is in seconds."""

    id_token: str
    refresh_token: str = Field(
        description="It rotates: use that of the latest response. The one before gives the same answer for 60 seconds."
    )
    expires_in: int
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the kind of token


class ChallengeView(ResponseModel):
    """An admin's password was right, and the second factor is missing: `POST /auth/login/totp` completes the login.

    For `totp_setup` a code is mailed too, and `secret` goes into an authenticator app, as text or as the QR code of
    `otpauth_uri`.
    """

    challenge: Literal["totp", "totp_setup"]
    session: str
    expires_in: int = Field(description="Seconds until the login has to be started again.")
    secret: str | None = Field(default=None, description="Base32, for `totp_setup` alone.")
    otpauth_uri: str | None = Field(default=None, description="For `totp_setup` alone.")


class AnswerChallengeRequest(RequestModel):
    """The code of the authenticator app; the first time also the code from the mail."""

    ABOUT: ClassVar[str | None] = "session"
    session: OpaqueText
    code: TotpCode
    mailed_code: MailedCode | None = Field(default=None, description="For `totp_setup` alone.")


class IdentityView(ResponseModel):
    """The caller, as the id token states."""

    id: Id
    email: str
    role: Role
    verified: bool

"""Request and response bodies of the auth service."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, StringConstraints, WithJsonSchema

from auth.credentials import (
    MAX_PASSWORD_LENGTH,
    MAXIMUM_AGE,
    MINIMUM_AGE,
    age_on,
    normal_form,
    password_faults,
)
from solo60 import clock
from solo60.fields import EXAMPLE_EMAIL, PersonName, PhoneNumber
from solo60.http.request import Role
from solo60.models import (
    AnyDate,
    Id,
    RequestModel,
    ResponseModel,
    matching,
)

MAX_ACCOUNT_EMAIL_LENGTH = 128
MAX_TOKEN_LENGTH = 8192
_CODE = "[0-9]{6}"
_EXAMPLE_PASSWORD = "Deadlift-140"  # noqa: S105 - for the documentation


def _short_enough(email: str) -> str:
    if len(email) > MAX_ACCOUNT_EMAIL_LENGTH:
        raise ValueError(f"This must have at most {MAX_ACCOUNT_EMAIL_LENGTH} characters.")
    return email


def _adult(born: date) -> date:
    age = age_on(clock.now().date(), born)
    if not 0 <= age <= MAXIMUM_AGE:
        raise ValueError("This must be a date of birth.")
    if age < MINIMUM_AGE:
        raise ValueError(f"Members are {MINIMUM_AGE} or over.")
    return born


def _good_password(password: SecretStr) -> SecretStr:
    text = normal_form(password.get_secret_value())
    faults = password_faults(text)
    if faults:
        raise ValueError(f"This needs {', '.join(faults)}.")
    return SecretStr(text)


def _composed(password: SecretStr) -> SecretStr:
    return SecretStr(normal_form(password.get_secret_value()))


AccountEmail = Annotated[
    AfterValidator(_short_enough),
    WithJsonSchema(
        {"type": "string", "format": "email", "maxLength": MAX_ACCOUNT_EMAIL_LENGTH, "examples": [EXAMPLE_EMAIL]}
    ),
]
"""An e-mail address of an account: Cognito accepts up to 128 characters."""

Password = Annotated[
    SecretStr,
    AfterValidator(_composed),
    Field(min_length=1, max_length=MAX_PASSWORD_LENGTH, examples=[_EXAMPLE_PASSWORD]),
]
RefreshToken = Annotated[SecretStr, Field(min_length=1, max_length=MAX_TOKEN_LENGTH, examples=["eyJjdHkiOiJKV1QifQ"])]


def _accepted(value: bool) -> bool:
    if not value:
        raise ValueError("This must be true.")
    return value


Accepted = Annotated[bool, AfterValidator(_accepted), WithJsonSchema({"type": "boolean", "const": True})]
"""The value true; nothing that is only converted to true."""


class RegisterMemberRequest(RequestModel):
    """The data of a registration."""

    email: AccountEmail
    password: Annotated[SecretStr, AfterValidator(_good_password)] = Field(
        description="10 to 256 characters with upper case, lower case and a digit, without spaces.",
        examples=[_EXAMPLE_PASSWORD],
    )
    first_name: PersonName = Field(examples=["Robin"])
    last_name: PersonName = Field(examples=["Okafor"])
    date_of_birth: Annotated[AnyDate, AfterValidator(_adult)] = Field(
        description="Members are 18 or over.", examples=["1990-05-17"]
    )
    accept_terms: Accepted = Field(description="The terms have to be accepted.")
    phone: PhoneNumber | None = None


class VerificationView(ResponseModel):
    """The same response for every e-mail address."""

    email: str
    status: Literal["verification_sent"] = "verification_sent"


class VerifyEmailRequest(RequestModel):
    """The code from the verification mail."""

    email: AccountEmail
    code: Annotated[
        str,
        StringConstraints(strip_whitespace=True),
        matching(_CODE, "This must be the six digits from the mail."),
        WithJsonSchema({"type": "string", "pattern": f"^{_CODE}$", "examples": ["482913"]}),
    ]


class ResendCodeRequest(RequestModel):
    """The address to send a new code to."""

    email: AccountEmail


class LogInRequest(RequestModel):
    """E-mail and password."""

    email: AccountEmail
    password: Password


class RefreshTokensRequest(RequestModel):
    """The refresh token of the last login or refresh."""

    refresh_token: RefreshToken


class LogOutRequest(RequestModel):
    """The refresh token to revoke."""

    refresh_token: RefreshToken


class TokensView(ResponseModel):
    """The tokens of a login. Requests are sent with the id token; `expires_in` is in seconds."""

    access_token: str
    id_token: str
    refresh_token: str = Field(description="It rotates: use the one of the latest response.")
    expires_in: int
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the kind of token


class IdentityView(ResponseModel):
    """The caller, as the id token states."""

    id: Id
    email: str
    role: Role
    verified: bool

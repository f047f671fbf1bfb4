"""Types of fields that several capabilities have."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, StringConstraints, WithJsonSchema

from auth.credentials import MAX_PASSWORD_LENGTH, normal_form, password_faults
from solo60.fields import EXAMPLE_EMAIL, EmailAddress
from solo60.models import matching

MAX_ACCOUNT_EMAIL_LENGTH = 128
_CODE = "[0-9]{6}"
EXAMPLE_PASSWORD = "Deadlift-140"  # noqa: S105 - for the documentation


def _short_enough(email: str) -> str:
    if len(email) > MAX_ACCOUNT_EMAIL_LENGTH:
        raise ValueError(f"This must have at most {MAX_ACCOUNT_EMAIL_LENGTH} characters.")
    return email


def _good_password(password: SecretStr) -> SecretStr:
    text = normal_form(password.get_secret_value())
    faults = password_faults(text)
    if faults:
        raise ValueError(f"This needs {', '.join(faults)}.")
    return SecretStr(text)


def _composed(password: SecretStr) -> SecretStr:
    return SecretStr(normal_form(password.get_secret_value()))


AccountEmail = Annotated[
    EmailAddress,
    AfterValidator(_short_enough),
    WithJsonSchema(
        {"type": "string", "format": "email", "maxLength": MAX_ACCOUNT_EMAIL_LENGTH, "examples": [EXAMPLE_EMAIL]}
    ),
]
"""An e-mail address of an account: Cognito accepts up to 128 characters."""

Password = Annotated[
    SecretStr,
    AfterValidator(_composed),
    Field(min_length=1, max_length=MAX_PASSWORD_LENGTH, examples=[EXAMPLE_PASSWORD]),
]
"""A password as it is entered."""

NewPassword = Annotated[
    SecretStr,
    AfterValidator(_good_password),
    Field(
        description="10 to 256 characters with upper case, lower case and a digit, without spaces.",
        examples=[EXAMPLE_PASSWORD],
    ),
]
"""A password that is chosen."""

_SixDigits = Annotated[
    str,
    StringConstraints(strip_whitespace=True),
    WithJsonSchema({"type": "string", "pattern": f"^{_CODE}$", "examples": ["482913"]}),
]

MailedCode = Annotated[_SixDigits, matching(_CODE, "This must be the six digits from the mail.")]
"""A one-time code from a mail."""

TotpCode = Annotated[_SixDigits, matching(_CODE, "This must be the six digits that the authenticator app shows.")]
"""A code of an authenticator app."""

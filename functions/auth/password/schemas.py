"""Request and response bodies of passwords."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from auth.schemas import AccountEmail, MailedCode, NewPassword, Password
from solo60.models import Id, Identifier, RequestModel, ResponseModel


class ForgotPasswordRequest(RequestModel):
    """The e-mail address of an account."""

    ABOUT: ClassVar[str | None] = "email"
    email: AccountEmail


class ResetRequestedView(ResponseModel):
    """The same response for every e-mail address."""

    email: str
    status: Literal["reset_sent"] = "reset_sent"
    reset_id: Id = Field(description="Of this very request: its code is entered with it.")


class ResetPasswordRequest(RequestModel):
    """A request for a reset, the code from its mail and the new password."""

    ABOUT: ClassVar[str | None] = "reset_id"
    reset_id: Identifier
    code: MailedCode
    new_password: NewPassword


class ChangePasswordRequest(RequestModel):
    """The old password and the new one."""

    old_password: Password
    new_password: NewPassword = Field(examples=["Snatch-Balance-95"])

    @field_validator("new_password")
    @classmethod
    def _differs(cls, new: SecretStr, info: ValidationInfo) -> SecretStr:
        if new == info.data.get("old_password"):
            raise ValueError("This must differ from the old password.")
        return new

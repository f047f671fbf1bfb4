"""Request and response bodies of registration."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from auth.schemas import AccountEmail, MailedCode, NewPassword
from solo60.fields import DateOfBirth, PersonName, PhoneNumber
from solo60.models import Id, Identifier, RequestModel, ResponseModel


def _accepted(value: bool) -> bool:
    if not value:
        raise ValueError("This must be true.")
    return value


Accepted = Annotated[bool, AfterValidator(_accepted), WithJsonSchema({"type": "boolean", "const": True})]
"""The value true; nothing that is only converted to true."""


class RegisterMemberRequest(RequestModel):
    """The data of a registration."""

    ABOUT: ClassVar[str | None] = "email"
    email: AccountEmail
    password: NewPassword
    first_name: PersonName = Field(examples=["Robin"])
    last_name: PersonName = Field(examples=["Okafor"])
    date_of_birth: DateOfBirth
    accept_terms: Accepted = Field(description="The terms have to be accepted.")
    phone: PhoneNumber | None = None


class RegistrationView(ResponseModel):
    """The same response for every e-mail address."""

    email: str
    status: Literal["verification_sent"] = "verification_sent"
    registration_id: Id = Field(description="Of this very registration: its code is entered with it.")


class VerifyEmailRequest(RequestModel):
    """A registration, and the code from its mail."""

    ABOUT: ClassVar[str | None] = "registration_id"
    registration_id: Identifier
    code: MailedCode


class ResendCodeRequest(RequestModel):
    """The registration to send a new code."""

    ABOUT: ClassVar[str | None] = "registration_id"
    registration_id: Identifier


class CodeResentView(ResponseModel):
    """The same response for every id."""

    registration_id: Id
    status: Literal["verification_sent"] = "verification_sent"

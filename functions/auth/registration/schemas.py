"""Request and response bodies of registration."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from auth.credentials import MAXIMUM_AGE, MINIMUM_AGE, age_on
from auth.schemas import AccountEmail, MailedCode, NewPassword
from solo60 import clock
from solo60.fields import PersonName, PhoneNumber
from solo60.models import AnyDate, Id, Identifier, RequestModel, ResponseModel


def _adult(born: date) -> date:
    age = age_on(clock.now().date(), born)
    if not 0 <= age <= MAXIMUM_AGE:
        raise ValueError("This must be a date of birth.")
    if age < MINIMUM_AGE:
        raise ValueError(f"Members are {MINIMUM_AGE} or over.")
    return born


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
    date_of_birth: Annotated[AnyDate, AfterValidator(_adult)] = Field(
        description="Members are 18 or over.", examples=["1990-05-17"]
    )
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

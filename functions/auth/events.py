"""Events that the auth service publishes."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from solo60.events import Event


class AuthEvent(Event):
    """Base of the service's events."""

    SOURCE: ClassVar[str] = "auth"


class RegistrationBegun(AuthEvent):
    """Somebody has registered an e-mail address, which may have an owner. Nothing is verified yet."""

    ARCHIVED: ClassVar[bool] = False
    registration_id: str
    email: str


class CodeRequested(AuthEvent):
    """Somebody has asked for a new code for a registration, which may not exist."""

    registration_id: str


class RegistrationRemoved(AuthEvent):
    """A registration that nobody has verified was removed. Whoever keeps anything of it removes that too."""

    registration_id: str


class UserRegistered(AuthEvent):
    """A registration was verified: there is a new member.

    Attributes
    ----------
    registration
        Always 1: a registration of the same address makes another member.
    """

    ARCHIVED: ClassVar[bool] = False
    user_id: str
    email: str
    first_name: str
    last_name: str
    date_of_birth: date
    phone: str | None = None
    registration: int = 1


class VerificationCodeIssued(AuthEvent):
    """A verification code was created for an e-mail address. Never archived, because it contains the code."""

    ARCHIVED: ClassVar[bool] = False
    user_id: str
    email: str
    first_name: str
    code: str
    expires_at: datetime


class SecondFactorCodeIssued(AuthEvent):
    """The code for setting up a second factor was created. Never archived, because it contains the code."""

    ARCHIVED: ClassVar[bool] = False
    user_id: str
    email: str
    code: str
    expires_at: datetime


class RegistrationRepeated(AuthEvent):
    """Somebody tried to register an e-mail address that has an owner, who gets a message."""

    ARCHIVED: ClassVar[bool] = False
    user_id: str
    email: str


class EmailVerified(AuthEvent):
    """The e-mail address of an account was verified."""

    ARCHIVED: ClassVar[bool] = False
    user_id: str
    email: str


class PasswordResetRequested(AuthEvent):
    """Somebody has asked for a reset of the password of an e-mail address, which may have no owner."""

    reset_id: str


class PasswordResetCodeIssued(AuthEvent):
    """A code to reset a password was created for its owner. Never archived, because it contains the code."""

    ARCHIVED: ClassVar[bool] = False
    user_id: str
    email: str
    first_name: str
    code: str
    expires_at: datetime


class PasswordChanged(AuthEvent):
    """A member's password was changed or reset. Logins and tokens from before are ended."""

    user_id: str

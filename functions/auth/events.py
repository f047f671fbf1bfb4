"""Events that the auth service publishes."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from solo60.events import Event


class AuthEvent(Event):
    """Base of the service's events."""

    SOURCE: ClassVar[str] = "auth"


class UserRegistered(AuthEvent):
    """An account was created, or registered again before its e-mail address was verified.

    Attributes
    ----------
    registration
        1 for the first registration of this e-mail address, 2 for the next. The highest counts.
    """

    user_id: str
    email: str
    first_name: str
    last_name: str
    date_of_birth: date
    phone: str | None = None
    registration: int = 1


class VerificationCodeIssued(AuthEvent):
    """A verification code was created for an e-mail address. Never archived, because it contains the code.

    Attributes
    ----------
    earlier_registrations
        How often the address was registered before, perhaps by other people. Their passwords are no longer valid.
    """

    ARCHIVED: ClassVar[bool] = False
    user_id: str
    email: str
    first_name: str
    code: str
    expires_at: datetime
    earlier_registrations: int = 0


class RegistrationRepeated(AuthEvent):
    """Somebody tried to register an e-mail address with a verified account. Its owner gets a message."""

    user_id: str
    email: str
    first_name: str


class EmailVerified(AuthEvent):
    """The e-mail address of an account was verified."""

    user_id: str
    email: str

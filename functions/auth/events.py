"""Events that the auth service publishes."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from solo60.events import Event


class AuthEvent(Event):
    """Base of the service's events."""

    SOURCE: ClassVar[str] = "auth"


class UserRegistered(AuthEvent):
    """An account was made, or made again before its e-mail was verified.

    Attributes
    ----------
    registration
        1 for the first registration of this e-mail, 2 for the next: the highest is the one that counts.
    """

    user_id: str
    email: str
    first_name: str
    last_name: str
    date_of_birth: date
    phone: str | None = None
    registration: int = 1


class VerificationCodeIssued(AuthEvent):
    """A code was made for an e-mail that has to be verified. Never archived: it holds the code.

    Attributes
    ----------
    earlier_registrations
        How often the e-mail was registered before, perhaps by others, with passwords that count no more.
    """

    ARCHIVED: ClassVar[bool] = False
    user_id: str
    email: str
    first_name: str
    code: str
    expires_at: datetime
    earlier_registrations: int = 0


class RegistrationRepeated(AuthEvent):
    """Somebody tried to register an e-mail that has a verified account; its owner is told."""

    user_id: str
    email: str
    first_name: str


class EmailVerified(AuthEvent):
    """The owner of an account has proven its e-mail."""

    user_id: str
    email: str

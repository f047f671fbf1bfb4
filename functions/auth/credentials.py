"""Rules about who may register and with what password."""

from __future__ import annotations

import unicodedata
from datetime import date

MINIMUM_AGE = 18
MAXIMUM_AGE = 120
MIN_PASSWORD_LENGTH = 10
MAX_PASSWORD_LENGTH = 256

_ASCII_CLASSES = (
    ("an upper-case letter (A to Z)", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    ("a lower-case letter (a to z)", "abcdefghijklmnopqrstuvwxyz"),
    ("a digit", "0123456789"),
)


def age_on(day: date, born: date) -> int:
    """Whole years of age on `day`; who was born on 29 February is a year older from 1 March in common years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def normal_form(password: str) -> str:
    """The password as Cognito gets it: composed, so that it does not matter how a keyboard puts its accents."""
    return unicodedata.normalize("NFC", password)


def password_faults(password: str) -> list[str]:
    """What a new password lacks, all at once; nothing where it is good.

    The rules are those of the user pool and no laxer: a password that only Cognito refused would be refused for a new
    e-mail alone, and so tell which e-mails have an account.
    """
    faults = []
    if len(password) < MIN_PASSWORD_LENGTH:
        faults.append(f"at least {MIN_PASSWORD_LENGTH} characters")
    if len(password.encode("utf-16-le")) // 2 > MAX_PASSWORD_LENGTH:
        faults.append(f"at most {MAX_PASSWORD_LENGTH} characters")
    faults += [name for name, members in _ASCII_CLASSES if not set(password) & set(members)]
    if any(character.isspace() or not character.isprintable() for character in password):
        faults.append("no spaces or control characters")
    return faults

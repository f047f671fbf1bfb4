"""Rules about passwords."""

from __future__ import annotations

import unicodedata

MIN_PASSWORD_LENGTH = 10
MAX_PASSWORD_LENGTH = 256

_ASCII_CLASSES = (
    ("an upper-case letter (A to Z)", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    ("a lower-case letter (a to z)", "abcdefghijklmnopqrstuvwxyz"),
    ("a digit", "0123456789"),
)


def normal_form(password: str) -> str:
    """The password in NFC, as Cognito gets it, so that all keyboards encode its accents in the same way."""
    return unicodedata.normalize("NFC", password)


def password_faults(password: str) -> list[str]:
    """All requirements that a new password does not meet; empty if it is valid.

    The rules are as strict as those of the user pool. A password that only Cognito refused would be refused only for
    new e-mail addresses, and so would reveal which addresses have an account.
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

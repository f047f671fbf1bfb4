"""One-time codes that are sent by mail: creation, hashing, comparison."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from solo60 import clock

DIGITS = 6
LIFE = timedelta(minutes=30)
ATTEMPTS = 5
SALT_BYTES = 16


@dataclass(frozen=True, repr=False)
class Code:
    """A new code. The mail contains it in clear, the table only its hash.

    Attributes
    ----------
    text
        Six digits. Only the mail contains them.
    """

    text: str
    salt: bytes
    hash: bytes
    expires_at: datetime

    @classmethod
    def new(cls) -> Code:
        """A random code that is valid for 30 minutes from now."""
        text = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        salt = secrets.token_bytes(SALT_BYTES)
        return cls(text, salt, _hash(text, salt), clock.now() + LIFE)


def matches(text: str, salt: bytes, expected: bytes) -> bool:
    """Whether `text` is the hashed code, compared in constant time."""
    return hmac.compare_digest(_hash(text, salt), expected)


def compare_with_nothing(text: str) -> None:
    """Take as long as a comparison, for the case without a code to compare with."""
    _hash(text, bytes(SALT_BYTES))


def _hash(text: str, salt: bytes) -> bytes:
    return hashlib.scrypt(text.encode(), salt=salt, n=2**13, r=8, p=1, dklen=32)

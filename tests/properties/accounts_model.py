"""What the test of accounts believes of codes, requests, sources and events."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from auth.codes import ATTEMPTS, LIFE
from auth.login.logging_in import FAILURES_ALLOWED
from auth.login.repository import LOCKED_FOR, SOURCE_KNOWN_FOR
from solo60 import clock

STRANGERS = ("203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4")


@dataclass
class Code:
    text: str
    sent_at: datetime
    attempts: int = ATTEMPTS
    changes: int = 0
    """Changes of the password when it was sent."""

    @property
    def counts(self) -> bool:
        return self.attempts > 0 and clock.now() < self.sent_at + LIFE


@dataclass
class Request:
    """A registration or a reset.

    Attributes
    ----------
    early_attempts
        What is left of the attempts of a reset that has no code yet: guesses use them up too.
    """

    id: str
    source: str
    begun_at: datetime
    password: str = ""
    codes: list[Code] = field(default_factory=list)
    used: bool = False
    early_attempts: int = ATTEMPTS

    @property
    def is_owners(self) -> bool:
        return self.source not in STRANGERS

    def take_attempt(self) -> Code | None:
        """The code that counts, with one attempt less."""
        if not self.codes and clock.now() < self.begun_at + LIFE:
            self.early_attempts = max(0, self.early_attempts - 1)
        if not self.codes or not self.codes[-1].counts or self.used:
            return None
        self.codes[-1].attempts -= 1
        return self.codes[-1]


@dataclass
class Source:
    failures: int = 0
    counted_until: datetime | None = None
    known_until: datetime | None = None

    @property
    def is_known(self) -> bool:
        return self.known_until is not None and self.known_until > clock.now()

    def count(self, unlocked_at: datetime | None) -> bool:
        """Whether a login may be tried."""
        now = clock.now()
        counting = self.counted_until is not None and self.counted_until > now
        if counting and self.failures >= FAILURES_ALLOWED and self.counted_until is not None:
            if unlocked_at is None or self.counted_until - LOCKED_FOR > unlocked_at:
                return False
            counting = False
        self.failures = self.failures + 1 if counting or self.counted_until is None else 1
        self.counted_until = now + LOCKED_FOR
        return True

    def succeed(self) -> None:
        self.failures, self.counted_until, self.known_until = 0, None, clock.now() + SOURCE_KNOWN_FOR


@dataclass
class Waiting:
    """An event that waits for its consumer, and who has caused it in which hour."""

    name: str
    data: dict[str, Any]
    id: str
    cause: tuple[str, int] | None

"""What other capabilities do about the sources of logins."""

from __future__ import annotations

from auth.login.repository import LoginAttemptRepository, failures_key, source_key
from solo60.records import Read
from solo60.transaction import Transaction


class LoginSources:
    """Sources from which somebody logs in for an e-mail address, and their locks."""

    def __init__(self, attempts: LoginAttemptRepository) -> None:
        self._attempts = attempts

    def is_known(self, read: Read, email: str, source: str) -> bool:
        """Whether the owner of an address has logged in from a source lately."""
        key = source_key(email, source)
        found = read(key)[key]
        return found is not None and found.is_known

    def end_locks(self, transaction: Transaction, email: str, source: str) -> None:
        """Let the owner, who has proved to read the mails of an address, log in from a source at once."""
        self._attempts.succeed(transaction, email, source)
        transaction.delete(failures_key(email).blank())

"""What other capabilities do about the sources of logins."""

from __future__ import annotations

from auth.accounts.repository import AddressRepository
from auth.login.repository import LoginAttemptRepository, failures_key, source_key
from solo60.records import Read
from solo60.transaction import Transaction


class LoginSources:
    """Sources from which somebody logs in for an e-mail address, and their locks."""

    def __init__(self, attempts: LoginAttemptRepository, addresses: AddressRepository) -> None:
        self._attempts, self._addresses = attempts, addresses

    def is_known(self, read: Read, email: str, source: str) -> bool:
        """Whether the owner of an address has logged in from a source lately."""
        key = source_key(email, source)
        found = read(key)[key]
        return found is not None and found.is_known

    def end_locks(self, transaction: Transaction, email: str, source: str) -> None:
        """End every lock of an address, whose owner has proved to read its mails from a source, which is known then."""
        self._attempts.succeed(transaction, email, source)
        self._addresses.end_locks(transaction, email)
        transaction.delete(failures_key(email).blank())

"""Removes expired credit lots from the accounts and records it in the ledger. Expired lots can never be spent."""

from __future__ import annotations

from payment import account_repository as accounts
from payment import ledger
from payment.errors import AccountChanged
from solo60 import clock, observability
from solo60.failures import LoggableError
from solo60.transaction import Transaction

ATTEMPTS = 8


class ExpiryIncomplete(LoggableError):
    """Some accounts could not be processed; the next run retries them."""


class Expiry:
    """One run over the accounts that are due."""

    def run(self) -> int:
        """Expire all lots that are due by the clock, the longest overdue first.

        A second run, also at the same time, changes nothing more.

        Returns
        -------
        int
            The number of credits that expired.

        Raises
        ------
        ExpiryIncomplete
            Some accounts failed; the others were processed.
        """
        expired = failed = 0
        for user_id in accounts.due(clock.now()):
            try:
                expired += self._expire_account(user_id)
            except Exception as error:  # noqa: BLE001 - one account must not block the others; the run fails at its end
                observability.log_failure("credits not expired", error, user_id=user_id)
                failed += 1
        observability.count("CreditsExpired", expired)
        if failed:
            raise ExpiryIncomplete(f"{failed} accounts")
        return expired

    def _expire_account(self, user_id: str) -> int:
        expired = conflicts = 0
        while conflicts < ATTEMPTS:
            account = accounts.read(user_id)
            if account is None or not accounts.is_due(account, clock.now()):
                return expired
            transaction = Transaction()
            amount = ledger.expire(transaction, account)
            try:
                transaction.commit()
            except AccountChanged:
                conflicts += 1
            else:
                expired += amount
        raise AccountChanged

"""Takes expired lots off the accounts and writes it into the ledger. They could not be spent before that either."""

from __future__ import annotations

from payment import account_repository as accounts
from payment import ledger
from payment.errors import AccountChanged
from solo60 import clock, observability
from solo60.transaction import Transaction

ATTEMPTS = 8


class ExpiryIncomplete(Exception):
    """Some accounts could not be brought up to date; the next run does."""


class Expiry:
    """One run over the accounts that are due."""

    def run(self) -> int:
        """Expire what is due by the clock, the longest overdue first.

        Repeating it, or running it twice at once, changes nothing more.

        Returns
        -------
        int
            How many credits expired.

        Raises
        ------
        ExpiryIncomplete
            After the others were brought up to date, if some failed.
        """
        expired = failed = 0
        for user_id in accounts.due(clock.now()):
            try:
                expired += self._bring_up_to_date(user_id)
            except Exception:  # noqa: BLE001 - one account must not keep the others waiting; the run fails at its end
                observability.logger().exception("credits not expired", extra={"user_id": user_id})
                failed += 1
        observability.count("CreditsExpired", expired)
        if failed:
            raise ExpiryIncomplete(f"{failed} accounts")
        return expired

    def _bring_up_to_date(self, user_id: str) -> int:
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

"""Expiry: removes expired lots from an account and records it in the ledger. Expired credits cannot be spent anyway."""

from __future__ import annotations

from payment import account_repository as accounts
from payment import ledger
from solo60 import observability
from solo60.unit_of_work import UnitOfWork, Work


def expire_credits(uow: UnitOfWork, user_id: str) -> int:
    """Expire the lots of a member's account that are due. A second call, also at the same time, changes nothing more.

    Returns
    -------
    int
        The number of credits that expired.
    """

    def act(work: Work) -> int | None:
        account = accounts.read(work.read, user_id)
        if account is None or not accounts.EXPIRY.is_due(account.by_due_sk):
            return None
        return ledger.expire(work, account)

    expired = 0
    # One transaction removes a bounded number of lots.
    while (amount := uow.run(act)) is not None:
        expired += amount
    observability.count("CreditsExpired", expired)
    return expired

"""Expiry: removes expired lots from an account and records it in the ledger. Expired credits cannot be spent anyway."""

from __future__ import annotations

from payment.ledger.repository import EXPIRY, AccountRepository
from payment.records import Account
from solo60 import clock, observability
from solo60.unit_of_work import UnitOfWork, Work

EXPIRED_AT_ONCE = 40
"""Lots per transaction: each may need an entry, and a transaction has at most 100 operations."""


def expire_credits(uow: UnitOfWork, accounts: AccountRepository, user_id: str) -> int:
    """Expire the lots of a member's account that are due. A second call, also at the same time, changes nothing more.

    Returns
    -------
    int
        The number of credits that expired.
    """

    def act(work: Work) -> int | None:
        account = accounts.find(work.read, user_id)
        if account is None or not EXPIRY.is_due(account.by_due_sk):
            return None
        return _expire(work, accounts, account)

    expired = 0
    # One transaction removes a bounded number of lots.
    while (amount := uow.run(act)) is not None:
        expired += amount
    observability.count("CreditsExpired", expired)
    return expired


def _expire(work: Work, accounts: AccountRepository, account: Account) -> int:
    """Remove expired and empty lots, up to `EXPIRED_AT_ONCE`; each with credits gets its own ledger entry."""
    now = clock.now()
    over = [(lot_id, lot) for lot_id, lot in account.lots.items() if lot.expires_at <= now or lot.amount == 0]
    over = over[:EXPIRED_AT_ONCE]
    accounts.remove(work, account, [lot_id for lot_id, _ in over])
    for lot_id, lot in over:
        if lot.amount:
            accounts.put_entry(
                work,
                user_id=account.user_id,
                type="expiry",
                pot=lot.pot,
                lots={lot_id: -lot.amount},
                description="Credits expired",
                reference=lot_id,
            )
    return sum(lot.amount for _, lot in over)

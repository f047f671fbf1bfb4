"""Expires the credits of an account that is due."""

from __future__ import annotations

from payment.ledger.expiry import expire_credits
from payment.ledger.repository import EXPIRY, AccountRepository
from solo60.due import DueItem
from solo60.grants import Do, TableGrant
from solo60.unit_of_work import UnitOfWork
from solo60.workers import worker


@worker(EXPIRY.queue, grants=(TableGrant("payment", {Do.BATCH_GET, Do.PUT, Do.UPDATE}),))
def handler(item: DueItem, uow: UnitOfWork, accounts: AccountRepository) -> None:
    """Remove expired credits from an account and record it in the ledger."""
    expire_credits(uow, accounts, item.id)

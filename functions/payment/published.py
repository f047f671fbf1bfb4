"""The payment service's interface for other services: the credit account, inside their own transactions.

A booking reads `account_key(user_id)` in its batch read, and adds `debit(...)` to its transaction::

    gym, account = batch_get_list([gym_key(gym_id), account_key(user_id)])
    allocations = debit(transaction, user_id=..., account=account, amount=12, reference=session_id, description=...)

If the commit raises `AccountChanged`, the account has changed since the read. Read it again and retry.
"""

from __future__ import annotations

from payment.account_repository import key as account_key
from payment.errors import AccountChanged, InsufficientCredits
from payment.ledger import CreditAllocation, debit, give_back, spendable
from payment.records import Account as CreditAccount
from solo60.grants import Do, TableGrant
from solo60.models import Money

READ = TableGrant("payment", {Do.GET, Do.BATCH_GET})
DEBIT = TableGrant("payment", {Do.UPDATE, Do.PUT})
GIVE_BACK = TableGrant("payment", {Do.UPDATE, Do.PUT})

MINOR_UNITS_PER_CREDIT = 100
LIST_CURRENCY = "GBP"


def list_price(credits: int) -> Money:
    """The list price of `credits`, without a pack's discount."""
    return Money(amount=credits * MINOR_UNITS_PER_CREDIT, currency=LIST_CURRENCY)


__all__ = [
    "DEBIT",
    "GIVE_BACK",
    "READ",
    "AccountChanged",
    "CreditAccount",
    "CreditAllocation",
    "InsufficientCredits",
    "account_key",
    "debit",
    "give_back",
    "list_price",
    "spendable",
]

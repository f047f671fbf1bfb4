"""The payment service's interface for other services: the credit account, inside their own transactions.

A booking reads `account_key(user_id)` in its batch read, and lets the
`Ledger` that its handler is given add a debit to its transaction::

    found = work.read(gym_key(gym_id), account_key(user_id))
    account = found[account_key(user_id)]
    allocations = ledger.debit(work, user_id=..., account=account, amount=12, reference=session_id, ...)

If the account changes between the read and the commit, the unit of work reads it again and repeats.
"""

from __future__ import annotations

from payment.errors import InsufficientCredits
from payment.keys import account_key
from payment.ledger.credits import CreditAllocation, Ledger, spendable
from payment.records import Account as CreditAccount
from solo60.grants import Do, TableGrant
from solo60.models import Money

READ = TableGrant("payment", {Do.BATCH_GET})
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
    "CreditAccount",
    "CreditAllocation",
    "InsufficientCredits",
    "Ledger",
    "account_key",
    "list_price",
    "spendable",
]

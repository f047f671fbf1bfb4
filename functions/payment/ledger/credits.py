"""The rules of credits: what can be spent, in which order, and where a refund goes.

A credit lot is credits that were added together and expire together. An account holds lots. Each lot belongs to one of
two pots. Every change writes one ledger entry per pot in the same transaction, split by lot.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from payment.errors import InsufficientCredits
from payment.ledger.repository import AccountRepository
from payment.records import Account, CreditLot, PotName
from solo60 import clock
from solo60.models import Model
from solo60.records import batch_get
from solo60.transaction import Transaction


class CreditAllocation(Model):
    """A part of a price: an amount of credits from one credit lot."""

    pot: PotName
    amount: int
    lot_id: str
    expires_at: datetime


def unexpired(account: Account | None) -> list[tuple[str, CreditLot]]:
    """The lots that can be spent now, in the order of spending: by expiry, then subscription before demand."""
    if account is None:
        return []
    now = clock.now()
    lots = [(lot_id, lot) for lot_id, lot in account.lots.items() if lot.amount > 0 and lot.expires_at > now]
    return sorted(lots, key=lambda item: (item[1].expires_at, item[1].pot != "subscription", item[0]))


def spendable(account: Account | None) -> int:
    """The credits that can be spent now, of both pots; 0 without an account."""
    return sum(lot.amount for _, lot in unexpired(account))


class Ledger:
    """The credits of members: taken, given back, added and expired, each time with a ledger entry."""

    def __init__(self, accounts: AccountRepository) -> None:
        self._accounts = accounts

    def spendable_lots(self, user_id: str) -> list[CreditLot]:
        """A member's lots in the order of spending, with one strong read."""
        return [lot for _, lot in unexpired(self._accounts.find(batch_get, user_id))]

    def debit(
        self,
        transaction: Transaction,
        *,
        user_id: str,
        account: Account | None,
        amount: int,
        reference: str,
        description: str,
    ) -> list[CreditAllocation]:
        """Take `amount` credits in `transaction`, from the lots that expire first.

        Parameters
        ----------
        account
            The member's account from a strong read of `account_key(user_id)`, or None.
        amount
            Credits, 0 or more; 0 adds nothing to the transaction.
        reference
            The id of the session that is paid.

        Returns
        -------
        list
            The amount from each lot, for a later `give_back`.

        Raises
        ------
        InsufficientCredits
            The account, as read, has less.
        ConditionFailed
            At the commit: the account has changed since the read. Read it again and retry.
        """
        if amount < 0:
            raise ValueError(f"a debit takes credits; {amount} would give some")
        if amount == 0:
            return []
        allocations: list[CreditAllocation] = []
        missing = amount
        for lot_id, lot in unexpired(account):
            taken = min(missing, lot.amount)
            allocations.append(CreditAllocation(pot=lot.pot, amount=taken, lot_id=lot_id, expires_at=lot.expires_at))
            missing -= taken
            if not missing:
                break
        if missing or account is None:
            raise InsufficientCredits(f"{amount} credits are needed and {amount - missing} are there.")
        self._accounts.take(transaction, account, {allocation.lot_id: allocation.amount for allocation in allocations})
        self._record(
            transaction,
            user_id,
            "booking",
            allocations,
            sign=-1,
            description=description,
            reference=reference,
        )
        return allocations

    def give_back(
        self,
        transaction: Transaction,
        *,
        user_id: str,
        account: Account | None,
        allocations: Sequence[CreditAllocation],
        reference: str,
        description: str,
    ) -> int:
        """Refund credits in `transaction`, each to the lot that it came from, with its pot and expiry.

        A lot that was removed is created again. Credits refunded to an expired lot expire.

        Parameters
        ----------
        account
            The member's account from a strong read of `account_key(user_id)`, or None.
        allocations
            The result of `debit`, or the part of it to refund.

        Returns
        -------
        int
            The number of refunded credits.

        Raises
        ------
        ConditionFailed
            At the commit: the account has changed since the read. Read it again and retry.
        """
        returned: dict[str, CreditLot] = {}
        for allocation in allocations:
            if allocation.amount < 0:
                raise ValueError("an allocation is never negative")
            if allocation.amount:
                earlier = returned[allocation.lot_id].amount if allocation.lot_id in returned else 0
                returned[allocation.lot_id] = CreditLot(
                    allocation.pot, earlier + allocation.amount, allocation.expires_at
                )
        if not returned:
            return 0
        self._accounts.add(transaction, user_id, account, returned)
        self._record(transaction, user_id, "refund", allocations, sign=1, description=description, reference=reference)
        return sum(lot.amount for lot in returned.values())

    def credit(
        self,
        transaction: Transaction,
        *,
        user_id: str,
        account: Account | None,
        type: str,
        lots: Mapping[str, CreditLot],
        reference: str,
        description: str,
        stripe_payment_id: str | None = None,
    ) -> None:
        """Add new credits in `transaction`: a purchase, a grant.

        Parameters
        ----------
        type
            Of the ledger entry.
        lots
            By id, which the caller chooses. The lot of a purchase has the purchase's id.

        Raises
        ------
        ConditionFailed
            At the commit: the account has changed since the read. Read it again and retry.
        """
        allocations = [
            CreditAllocation(pot=lot.pot, amount=lot.amount, lot_id=lot_id, expires_at=lot.expires_at)
            for lot_id, lot in lots.items()
        ]
        self._accounts.add(transaction, user_id, account, lots)
        self._record(
            transaction,
            user_id,
            type,
            allocations,
            sign=1,
            description=description,
            reference=reference,
            stripe_payment_id=stripe_payment_id,
        )

    def _record(
        self,
        transaction: Transaction,
        user_id: str,
        type: str,
        allocations: Sequence[CreditAllocation],
        *,
        sign: int,
        description: str,
        reference: str,
        stripe_payment_id: str | None = None,
    ) -> None:
        shares: dict[str, dict[str, int]] = defaultdict(dict)
        for allocation in allocations:
            if allocation.amount:
                shares[allocation.pot][allocation.lot_id] = (
                    shares[allocation.pot].get(allocation.lot_id, 0) + sign * allocation.amount
                )
        for name, lots in shares.items():
            self._accounts.put_entry(
                transaction,
                user_id=user_id,
                type=type,
                pot=name,
                lots=lots,
                description=description,
                reference=reference,
                stripe_payment_id=stripe_payment_id,
            )

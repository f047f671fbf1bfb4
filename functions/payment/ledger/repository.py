"""The repository of the credit account and its ledger.

An account is changed by one Update, or created by one Put. The conditions are about the affected credit lots only, so
that a booking does not fail because of a purchase at the same time. Every operation that adds a lot also makes sure
that `by_due_sk` is not later than the lot's expiry.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import and_
from uuid import UUID

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from payment.keys import account_key, member_partition
from payment.records import Account, CreditLot, Entry
from solo60.due import DueWork
from solo60.ids import new_id
from solo60.paging import PageOf, Paging
from solo60.repository import RecordQuery, Repository
from solo60.transaction import Transaction

EXPIRY = DueWork("CREDIT_EXPIRY", queue="payment-credits-due")
"""An account with a lot that expires."""


class AccountRepository(Repository[Account, [str]]):
    """Members' credit accounts, each with its ledger."""

    key = staticmethod(account_key)

    def take(self, transaction: Transaction, account: Account, amounts: Mapping[str, int]) -> None:
        """Take credits from lots of an account, as it was read.

        Raises
        ------
        ConditionFailed
            At the commit: a lot has less credits than are taken.
        """
        actions: list[Action] = []
        conditions: list[Condition] = []
        for lot_id, amount in amounts.items():
            path = Account.lots[lot_id]
            left = path["amount"]
            if account.lots[lot_id].amount == amount:
                conditions.append(left == amount)
                actions.append(path.remove())
            else:
                conditions.append(left >= amount)
                actions.append(left.set(left - amount))
        _change(transaction, account, actions, conditions)

    def add(
        self, transaction: Transaction, user_id: str, account: Account | None, lots: Mapping[str, CreditLot]
    ) -> None:
        """Add credits to lots. Creates the lots and the account if they do not exist.

        Raises
        ------
        ConditionFailed
            At the commit: the account or a lot was created or removed since the read.
        """
        due_pk, due = EXPIRY.index_keys(user_id, min(lot.expires_at for lot in lots.values()))
        if account is None:
            place = account_key(user_id)
            transaction.put(
                Account(place.pk, place.sk, user_id=user_id, lots=dict(lots), by_due_pk=due_pk, by_due_sk=due),
            )
            return
        actions: list[Action] = []
        conditions: list[Condition] = []
        for lot_id, lot in lots.items():
            path = Account.lots[lot_id]
            if lot_id in account.lots:
                amount = path["amount"]
                conditions.append(amount.exists())
                actions.append(amount.set(amount + lot.amount))
            else:
                conditions.append(path.does_not_exist())
                actions.append(path.set({"M": lot.to_item()}))
        if account.by_due_sk is None or account.by_due_sk > due:
            conditions.append(Account.by_due_sk.does_not_exist() | (Account.by_due_sk >= due))
            actions += [Account.by_due_pk.set(due_pk), Account.by_due_sk.set(due)]
        else:
            conditions.append(Account.by_due_sk <= due)
        _change(transaction, account, actions, conditions)

    def remove(self, transaction: Transaction, account: Account, lot_ids: list[str]) -> None:
        """Remove whole lots of an account, as it was read, and set its due time to the next expiry."""
        actions: list[Action] = [Account.lots[lot_id].remove() for lot_id in lot_ids]
        rest = [lot.expires_at for lot_id, lot in account.lots.items() if lot_id not in lot_ids]
        if rest:
            actions.append(Account.by_due_sk.set(EXPIRY.index_keys(account.user_id, min(rest))[1]))
        else:
            actions += [Account.by_due_pk.remove(), Account.by_due_sk.remove()]
        _change(transaction, account, actions, [Account.version == account.version])

    def put_entry(
        self,
        transaction: Transaction,
        *,
        user_id: str,
        type: str,
        pot: str,
        lots: Mapping[str, int],
        description: str,
        reference: str,
        stripe_payment_id: str | None = None,
    ) -> None:
        """Add one ledger entry. Its amount is the sum of `lots`, signed amounts by lot id."""
        entry_id = new_id()
        transaction.put(
            Entry(
                member_partition(user_id),
                f"ENTRY#{entry_id}",
                id=entry_id,
                user_id=user_id,
                type=type,
                amount=sum(lots.values()),
                pot=pot,
                lots=dict(lots),
                description=description,
                reference=reference,
                stripe_payment_id=stripe_payment_id,
                created_at=_made_at(entry_id),
                by_type_pk=_type_key(user_id, type),
                by_type_sk=f"ENTRY#{entry_id}",
            )
        )

    def entries(
        self,
        user_id: str,
        paging: Paging,
        *,
        type: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> PageOf[Entry]:
        """A page of a member's ledger, newest first.

        Parameters
        ----------
        since, until
            Inclusive start and exclusive end, to the millisecond.
        """
        start = "ENTRY#" if since is None else f"ENTRY#{_id_prefix(since)}"
        end = "ENTRY#~" if until is None else f"ENTRY#{_id_prefix(until)}"
        if start >= end:
            return PageOf([])
        if type is None:
            query = RecordQuery(Entry, member_partition(user_id), Entry.sk.between(start, end), backwards=True)
        else:
            query = RecordQuery(
                Entry,
                _type_key(user_id, type),
                Entry.by_type_sk.between(start, end),
                index=Entry.by_type.name,
                backwards=True,
            )
        return self.page(paging, query)


def _change(transaction: Transaction, account: Account, actions: list[Action], conditions: list[Condition]) -> None:
    transaction.update(
        account_key(account.user_id).blank(),
        [*actions, Account.version.add(1)],
        condition=reduce(and_, conditions),
    )


def _type_key(user_id: str, type: str) -> str:
    return f"{member_partition(user_id)}#TYPE#{type}"


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def _made_at(entry_id: str) -> datetime:
    """The instant in a UUIDv7, to the millisecond, so that an entry's key and its `created_at` agree."""
    return _EPOCH + (UUID(entry_id).int >> 80) * _MILLISECOND


def _id_prefix(instant: datetime) -> str:
    """The lower bound of ids made at `instant` or later: the first 48 bits of a UUIDv7 as text."""
    digits = f"{max(0, -((_EPOCH - instant) // _MILLISECOND)):012x}"
    return f"{digits[:8]}-{digits[8:]}"

"""Response bodies of the ledger, made from its records."""

from __future__ import annotations

from collections.abc import Sequence

from payment.ledger.schemas import CreditsView, ExpiringCreditsView, TransactionSummary
from payment.records import CreditLot, Entry
from solo60.models import Page
from solo60.paging import PageOf


def credits_view(lots: Sequence[CreditLot]) -> CreditsView:
    """The credits that a member can spend, by pot and by expiry."""
    demand = sum(lot.amount for lot in lots if lot.pot == "demand")
    total = sum(lot.amount for lot in lots)
    return CreditsView(
        amount_demand=demand,
        amount_subscription=total - demand,
        total=total,
        expiring=[ExpiringCreditsView(pot=lot.pot, amount=lot.amount, expires_at=lot.expires_at) for lot in lots],
    )


def transaction_page(page: PageOf[Entry]) -> Page[TransactionSummary]:
    """A page of a member's ledger."""
    return Page(items=[_transaction_summary(entry) for entry in page.items], next_cursor=page.next_cursor)


def _transaction_summary(entry: Entry) -> TransactionSummary:
    return TransactionSummary.model_validate(entry, from_attributes=True)

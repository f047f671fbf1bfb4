"""GET /payments/transactions."""

from __future__ import annotations

from payment.ledger.repository import AccountRepository
from payment.ledger.schemas import TransactionsQuery, TransactionSummary
from payment.ledger.views import transaction_page
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.paging import Paging
from solo60.http.request import Caller, Query
from solo60.models import Page


@endpoint(
    "GET",
    "/payments/transactions",
    access=Access.MEMBER,
    grants=(TableGrant("payment", {Do.QUERY}, indexes={"by_type"}),),
)
def handler(
    query: Query[TransactionsQuery], caller: Caller, paging: Paging, accounts: AccountRepository
) -> Page[TransactionSummary]:
    """My ledger, the newest first, filtered by type and time.

    The time begins with `from` and ends before `to`. Entries are never changed.
    """
    after = str(paging.position.get("after")) if paging.position is not None else None
    found = accounts.entries(
        caller.id, limit=paging.limit + 1, type=query.type, since=query.from_, until=query.to, after=after
    )
    items = found[: paging.limit]
    more = {"after": items[-1].id} if len(found) > paging.limit else None
    return transaction_page(items, paging.cursor_after(more))

"""GET /payments/transactions."""

from __future__ import annotations

from payment.ledger.repository import AccountRepository
from payment.ledger.schemas import TransactionsQuery
from payment.ledger.views import transaction_page
from payment.records import Entry
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller, Query
from solo60.paging import PageOf, Paging


@endpoint(
    "GET",
    "/payments/transactions",
    access=Access.MEMBER,
    grants=(TableGrant("payment", {Do.QUERY}, indexes={"by_type"}),),
    view=transaction_page,
)
def handler(
    query: Query[TransactionsQuery], caller: Caller, paging: Paging, accounts: AccountRepository
) -> PageOf[Entry]:
    """My ledger, the newest first, filtered by type and time.

    The time begins with `from` and ends before `to`. Entries are never changed.
    """
    return accounts.entries(caller.id, paging, type=query.type, since=query.from_, until=query.to)

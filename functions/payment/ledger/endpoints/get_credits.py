"""GET /payments/credits."""

from __future__ import annotations

from payment.ledger.credits import Ledger
from payment.ledger.views import credits_view
from payment.records import CreditLot
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller


@endpoint(
    "GET",
    "/payments/credits",
    access=Access.MEMBER,
    grants=(TableGrant("payment", {Do.BATCH_GET}),),
    view=credits_view,
)
def handler(caller: Caller, ledger: Ledger) -> list[CreditLot]:
    """My credits: the amounts of both pots, and the expiry of each part.

    Expired credits are not included. What expires first is spent first.
    """
    return ledger.spendable_lots(caller.id)

"""GET /payments/credits."""

from __future__ import annotations

from payment.ledger import Ledger
from payment.schemas import CreditsView, ExpiringCreditsView
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller


@endpoint("GET", "/payments/credits", access=Access.MEMBER, grants=(TableGrant("payment", {Do.BATCH_GET}),))
def handler(caller: Caller, ledger: Ledger) -> CreditsView:
    """My credits: the amounts of both pots, and the expiry of each part.

    Expired credits are not included. What expires first is spent first.
    """
    lots = ledger.spendable_lots(caller.id)
    demand = sum(lot.amount for lot in lots if lot.pot == "demand")
    total = sum(lot.amount for lot in lots)
    return CreditsView(
        amount_demand=demand,
        amount_subscription=total - demand,
        total=total,
        expiring=[ExpiringCreditsView(pot=lot.pot, amount=lot.amount, expires_at=lot.expires_at) for lot in lots],
    )

"""One purchase, for its member."""

from __future__ import annotations

from payment.errors import PurchaseNotFound
from payment.purchases.repository import PurchaseRepository
from payment.records import Purchase
from solo60.records import batch_get


def purchase_of(purchases: PurchaseRepository, user_id: str, purchase_id: str) -> Purchase:
    """A member's own purchase.

    Raises
    ------
    PurchaseNotFound
        The member has no such purchase.
    """
    purchase = purchases.find(batch_get, purchase_id)
    if purchase is None or purchase.user_id != user_id:
        raise PurchaseNotFound
    return purchase

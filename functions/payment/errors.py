"""Refusals of the payment service."""

from __future__ import annotations

from solo60.problems import Conflict, InvalidRequest, NotFound, Problem


class PackageNotFound(NotFound):
    """No pack has this id."""

    code = "package_not_found"
    title = "There is no such credit pack"


class PurchaseNotFound(NotFound):
    """The member has no purchase with this id."""

    code = "purchase_not_found"
    title = "You have no such purchase"


class InsufficientCredits(Conflict):
    code = "insufficient_credits"
    title = "There are not enough credits for this"


class PackageNotOnSale(Conflict):
    code = "package_not_on_sale"
    title = "This credit pack is no longer on sale"


class TooManyPending(Conflict):
    code = "too_many_pending"
    title = "You have five purchases that are not paid yet; pay one of them, or wait a day until they expire"


class PromoCodeInvalid(InvalidRequest):
    code = "promo_code_invalid"
    title = "This promo code cannot be used"

    def __init__(self, detail: str) -> None:
        super().__init__([{"field": "/promo_code", "message": detail}], detail)


class PaymentDeclined(Conflict):
    code = "payment_declined"
    title = "The payment was declined"


class InvalidSignature(Problem):
    status = 400
    code = "invalid_signature"
    title = "The signature does not match the body"

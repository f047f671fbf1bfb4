"""Refusals of the payment service."""

from __future__ import annotations

from solo60.problems import InvalidRequest, Problem


class InsufficientCredits(Problem):
    status = 409
    code = "insufficient_credits"
    title = "There are not enough credits for this"


class PackageNotOnSale(Problem):
    status = 409
    code = "package_not_on_sale"
    title = "This credit pack is no longer on sale"


class PromoCodeInvalid(InvalidRequest):
    code = "promo_code_invalid"
    title = "This promo code cannot be used"

    def __init__(self, detail: str) -> None:
        super().__init__([{"field": "/promo_code", "message": detail}], detail)


class PaymentDeclined(Problem):
    status = 409
    code = "payment_declined"
    title = "The payment was declined"


class InvalidSignature(Problem):
    status = 400
    code = "invalid_signature"
    title = "The signature does not match the body"

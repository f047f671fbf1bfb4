"""Keys of the payment service's records. Only repositories use them, and other services `account_key`."""

from __future__ import annotations

from payment.records import Account, OpenPurchases, Package, PromoCode, Purchase, PurchaseRetry, StripeCustomer
from solo60.records import Key


def member_partition(user_id: str) -> str:
    """The partition of a member's account, ledger, Stripe customer, open purchases and retry keys."""
    return f"USER#{user_id}"


def account_key(user_id: str) -> Key[Account]:
    """A member's account."""
    return Key(Account, member_partition(user_id), "ACCOUNT")


def customer_key(user_id: str) -> Key[StripeCustomer]:
    """A member's customer at Stripe."""
    return Key(StripeCustomer, member_partition(user_id), "STRIPE_CUSTOMER")


def open_purchases_key(user_id: str) -> Key[OpenPurchases]:
    """A member's open purchases."""
    return Key(OpenPurchases, member_partition(user_id), "OPEN_PURCHASES")


def purchase_retry_key(user_id: str, retry_key: str) -> Key[PurchaseRetry]:
    """The purchase that a member's retry key started."""
    return Key(PurchaseRetry, member_partition(user_id), f"RETRY#{retry_key}")


def purchase_key(purchase_id: str) -> Key[Purchase]:
    """A purchase."""
    return Key(Purchase, f"PURCHASE#{purchase_id}", "PURCHASE")


def package_key(package_id: str) -> Key[Package]:
    """A pack."""
    return Key(Package, f"PACKAGE#{package_id}", "PACKAGE")


def promo_code_key(code: str) -> Key[PromoCode]:
    """A promo code, whatever its case."""
    return Key(PromoCode, f"PROMO#{code.casefold()}", "PROMO")

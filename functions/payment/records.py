"""Records of the payment service's table.

=========================================  ==========================  ====================  ======================
Access pattern                             PK                          SK                    Index
=========================================  ==========================  ====================  ======================
A member's account with its credit lots    USER#<user>                 ACCOUNT               -
A member's ledger, newest first            USER#<user>                 ENTRY#<entry>         -
The same of one type                       USER#<user>#TYPE#<type>     ENTRY#<entry>         by_type
Accounts with a lot due to expire          CREDIT_EXPIRY#<shard>       <due>#<user>          by_due
A member's Stripe customer                 USER#<user>                 STRIPE_CUSTOMER       -
A member's open purchases                  USER#<user>                 OPEN_PURCHASES        -
A purchase                                 PURCHASE#<purchase>         PURCHASE              -
Purchases that are pending, by time due    PURCHASE_CHECK#<shard>      <due>#<purchase>      by_due
The purchase that a retry key started      USER#<user>                 RETRY#<key>           -
A credit pack                              PACKAGE#<package>           PACKAGE               -
Packs on sale, smallest first              PACKAGE#ON_SALE             <credits>#<package>   by_type
A promo code                               PROMO#<folded code>         PROMO                 -
=========================================  ==========================  ====================  ======================

Ids are UUIDv7, so the key of a ledger entry is its time: a range of instants is a range of keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pynamodb.attributes import (
    Attribute,
    BooleanAttribute,
    DiscriminatorAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.constants import MAP

from solo60 import clock
from solo60.due import DueIndex
from solo60.models import Money
from solo60.records import InstantAttribute, Record, RecordIndex

PotName = Literal["demand", "subscription"]


@dataclass(frozen=True)
class CreditLot:
    """Credits that were added together and expire together.

    Attributes
    ----------
    amount
        Credits left. An empty lot may stay until its expiry.
    expires_at
        From this instant on, the credits cannot be spent.
    """

    pot: PotName
    amount: int
    expires_at: datetime

    def to_item(self) -> dict[str, dict[str, str]]:
        """The lot as DynamoDB's map."""
        return {
            "pot": {"S": self.pot},
            "amount": {"N": str(self.amount)},
            "expires_at": {"S": clock.to_sortable(self.expires_at)},
        }


class CreditLotsAttribute(Attribute[dict[str, CreditLot]]):
    """An account's lots by their ids."""

    attr_type = MAP

    def serialize(self, value: Mapping[str, CreditLot]) -> dict[str, Any]:
        """The stored map."""
        return {lot_id: {"M": lot.to_item()} for lot_id, lot in value.items()}

    def deserialize(self, value: Mapping[str, Any]) -> dict[str, CreditLot]:
        """The lots."""
        lots = {}
        for lot_id, stored in value.items():
            item = stored["M"]
            pot: PotName = "subscription" if item["pot"]["S"] == "subscription" else "demand"
            lots[lot_id] = CreditLot(pot, int(item["amount"]["N"]), clock.from_rfc3339(item["expires_at"]["S"]))
        return lots


class SharesAttribute(Attribute[dict[str, int]]):
    """Signed amounts by lot id."""

    attr_type = MAP

    def serialize(self, value: Mapping[str, int]) -> dict[str, Any]:
        """The stored map."""
        return {lot_id: {"N": str(amount)} for lot_id, amount in value.items()}

    def deserialize(self, value: Mapping[str, Any]) -> dict[str, int]:
        """The amounts."""
        return {lot_id: int(stored["N"]) for lot_id, stored in value.items()}


class ByType(RecordIndex[Record], name="by_type"):
    """Lists of one type."""


class PaymentRecord(Record):
    """Base of the service's records."""

    class Meta:
        table_name = "unset"
        domain = "payment"

    kind = DiscriminatorAttribute()


class Account(PaymentRecord, discriminator="account"):
    """A member's credits. The sum of the lots always equals the sum of the member's ledger entries."""

    user_id = UnicodeAttribute()
    lots = CreditLotsAttribute(default=dict)
    version = NumberAttribute(default=1)
    """Rises with every change. Only the expiry job has a condition on it, because it rewrites what it read."""
    by_due_pk = UnicodeAttribute(null=True)
    by_due_sk = UnicodeAttribute(null=True)
    """Never later than the earliest expiry of a lot. If it is earlier, the expiry job reads the account in vain."""
    by_due = DueIndex()


class Entry(PaymentRecord, discriminator="entry"):
    """One line of the ledger: never changed, never removed."""

    id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    type = UnicodeAttribute()
    amount = NumberAttribute()
    pot = UnicodeAttribute()
    lots = SharesAttribute()
    """`amount`, split by lot."""
    description = UnicodeAttribute()
    reference = UnicodeAttribute()
    stripe_payment_id = UnicodeAttribute(null=True)
    created_at = InstantAttribute()
    by_type_pk = UnicodeAttribute()
    by_type_sk = UnicodeAttribute()
    by_type = ByType()


class StripeCustomer(PaymentRecord, discriminator="stripe_customer"):
    """A member's customer at Stripe, created with the first purchase."""

    stripe_customer_id = UnicodeAttribute()


class Purchase(PaymentRecord, discriminator="purchase"):
    """A purchase of a pack, with the pack's name, credits and price at that time.

    Attributes
    ----------
    failure_reason, failed_at
        The latest failure.
    failures
        Rises with each failure that is recorded, as the condition of the next.
    asked_at
        When Stripe was last asked about it because somebody read it.
    told
        The failures that the member was told about, by `PaymentIntent.failure_id`.
    """

    id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    package_id = UnicodeAttribute()
    package_name = UnicodeAttribute()
    credits = NumberAttribute()
    price_amount = NumberAttribute()
    price_currency = UnicodeAttribute()
    status = UnicodeAttribute()
    payment_method_id = UnicodeAttribute(null=True)
    retry_key = UnicodeAttribute(null=True)
    stripe_payment_id = UnicodeAttribute(null=True)
    client_secret = UnicodeAttribute(null=True)
    failure_reason = UnicodeAttribute(null=True)
    failed_at = InstantAttribute(null=True)
    failures = NumberAttribute(default=0)
    told = UnicodeSetAttribute(null=True)
    correlation_id = UnicodeAttribute(null=True)
    """Of the request that started it. Stripe's later events are processed under the same id."""
    asked_at = InstantAttribute(null=True)
    created_at = InstantAttribute()
    settled_at = InstantAttribute(null=True)
    by_due_pk = UnicodeAttribute(null=True)
    by_due_sk = UnicodeAttribute(null=True)
    by_due = DueIndex()

    @property
    def price(self) -> Money:
        """The price."""
        return Money(amount=int(self.price_amount), currency=self.price_currency)

    @property
    def is_open(self) -> bool:
        """Whether it may still be paid, after a failure with another card: so long Stripe is asked about it."""
        return self.by_due_sk is not None


class OpenPurchases(PaymentRecord, discriminator="open_purchases"):
    """The ids of a member's open purchases, changed by the transactions that open and close a purchase."""

    ids = UnicodeSetAttribute(null=True)


class PurchaseRetry(PaymentRecord, discriminator="purchase_retry"):
    """The purchase that a caller's retry key started, so that a repeated request does not start another."""

    purchase_id = UnicodeAttribute()
    kept_until = InstantAttribute()


class Package(PaymentRecord, discriminator="package"):
    """A credit pack. One that is no longer sold keeps its item and is removed from the index."""

    id = UnicodeAttribute()
    name = UnicodeAttribute()
    credits = NumberAttribute()
    price_amount = NumberAttribute()
    price_currency = UnicodeAttribute()
    active = BooleanAttribute()
    by_type_pk = UnicodeAttribute(null=True)
    by_type_sk = UnicodeAttribute(null=True)
    by_type = ByType()

    @property
    def price(self) -> Money:
        """The price."""
        return Money(amount=int(self.price_amount), currency=self.price_currency)


class PromoCode(PaymentRecord, discriminator="promo_code"):
    """A promo code, by its folded form."""

    code = UnicodeAttribute()

"""What the payment service keeps.

=========================================  ==========================  ====================  ======================
Access pattern                             PK                          SK                    Index
=========================================  ==========================  ====================  ======================
A member's account: lots, both pots        USER#<user>                 ACCOUNT               -
A member's ledger, newest first            USER#<user>                 ENTRY#<entry>         -
The same of one type                       USER#<user>#TYPE#<type>     ENTRY#<entry>         by_type
Accounts with a lot due to expire          EXPIRY                      <due>#<user>          by_due
A member's Stripe customer                 USER#<user>                 STRIPE_CUSTOMER       -
A purchase                                 PURCHASE#<purchase>         PURCHASE              -
Purchases that are pending, by time due    PENDING_PURCHASE            <due>#<purchase>      by_due
The purchase that a retry key stands for   USER#<user>                 RETRY#<key>           -
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
)
from pynamodb.constants import MAP
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from solo60 import clock
from solo60.models import Money
from solo60.records import InstantAttribute, Record

PotName = Literal["demand", "subscription"]


@dataclass(frozen=True)
class CreditLot:
    """Credits that came together and expire together.

    Attributes
    ----------
    amount
        Credits left. A lot that was spent to nothing may stay as zero until its expiry.
    expires_at
        From this instant on they cannot be spent.
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
    """Signed amounts by the ids of the lots that they went into or came out of."""

    attr_type = MAP

    def serialize(self, value: Mapping[str, int]) -> dict[str, Any]:
        """The stored map."""
        return {lot_id: {"N": str(amount)} for lot_id, amount in value.items()}

    def deserialize(self, value: Mapping[str, Any]) -> dict[str, int]:
        """The amounts."""
        return {lot_id: int(stored["N"]) for lot_id, stored in value.items()}


class ByDue(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """What a job has to look at, by the time from which on it has to."""

    class Meta:
        index_name = "by_due"
        projection = AllProjection()

    by_due_pk = UnicodeAttribute(hash_key=True)
    by_due_sk = UnicodeAttribute(range_key=True)


class ByType(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """Lists that show one kind out of many."""

    class Meta:
        index_name = "by_type"
        projection = AllProjection()

    by_type_pk = UnicodeAttribute(hash_key=True)
    by_type_sk = UnicodeAttribute(range_key=True)


class PaymentRecord(Record):
    """Base of the service's records."""

    class Meta:
        table_name = "unset"
        domain = "payment"

    kind = DiscriminatorAttribute()


class Account(PaymentRecord, discriminator="account"):
    """What a member holds. The sum of its lots is the sum of the member's ledger entries, always."""

    user_id = UnicodeAttribute()
    lots = CreditLotsAttribute(default=dict)
    version = NumberAttribute(default=1)
    """Rises with every change. Only the expiry job, which rewrites what it read, insists on it."""
    by_due_pk = UnicodeAttribute(null=True)
    by_due_sk = UnicodeAttribute(null=True)
    """Never later than the earliest expiry of a lot; earlier only costs the expiry job a look."""
    by_due = ByDue()


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
    """Stripe's customer of a member, made with the first purchase."""

    stripe_customer_id = UnicodeAttribute()


class Purchase(PaymentRecord, discriminator="purchase"):
    """A pack that a member wants, with its name, credits and price as they were then."""

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
    correlation_id = UnicodeAttribute(null=True)
    """Of the request that began it: what Stripe says of it later belongs to the same work."""
    created_at = InstantAttribute()
    settled_at = InstantAttribute(null=True)
    by_due_pk = UnicodeAttribute(null=True)
    by_due_sk = UnicodeAttribute(null=True)
    by_due = ByDue()

    @property
    def price(self) -> Money:
        """What it costs."""
        return Money(amount=int(self.price_amount), currency=self.price_currency)


class PurchaseRetry(PaymentRecord, discriminator="purchase_retry"):
    """Which purchase a caller's retry key began, so that repeating the request does not begin another."""

    purchase_id = UnicodeAttribute()
    kept_until = InstantAttribute()


class Package(PaymentRecord, discriminator="package"):
    """A credit pack. One that was withdrawn keeps its row and leaves the index."""

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
        """What it costs."""
        return Money(amount=int(self.price_amount), currency=self.price_currency)


class PromoCode(PaymentRecord, discriminator="promo_code"):
    """A promo code, by its folded form."""

    code = UnicodeAttribute()

"""Records of the session service's table.

| access pattern                                   | where                                                          |
|--------------------------------------------------|----------------------------------------------------------------|
| a session                                        | `SESSION#<id>`, `SESSION`                                      |
| what is taken of a gym's time on a UTC day       | `GYM#<gym>`, `DAY#<yyyy-mm-dd>`                                |
| what is taken of a member's time on a UTC day    | `USER#<user>`, `DAY#<yyyy-mm-dd>`                              |
| a member's sessions that stand, by their end     | by_member: `USER#<user>#BOOKED`, `<ends_at>#<id>`              |
| a member's cancelled sessions, by their start    | by_member: `USER#<user>#CANCELLED`, `<starts_at>#<id>`         |
| sessions of a gym cancelled without a refund     | `GYM#<gym>`, `LATE_CANCELLATION#<starts_at>#<id>`              |

A member's sessions that stand never overlap, so their order by end is their order by start, and one key condition
parts those that have ended from those that have not.
"""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from pynamodb.attributes import (
    BooleanAttribute,
    DiscriminatorAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.expressions.operand import Path
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from session.slots import Holder
from solo60.records import InstantAttribute, Record

D = TypeVar("D", bound="DayRecord")


class SessionRecord(Record):
    """Base of the table's records."""

    class Meta:
        table_name = "unset"
        domain: ClassVar[str] = "session"

    kind = DiscriminatorAttribute()


class ByMember(GlobalSecondaryIndex["Session"]):  # type: ignore[no-untyped-call]
    """A member's sessions."""

    class Meta:
        index_name = "by_member"
        projection = AllProjection()

    by_member_pk = UnicodeAttribute(hash_key=True)
    by_member_sk = UnicodeAttribute(range_key=True)


class CreditAllocationAttribute(MapAttribute[str, Any]):
    """Credits as they came out of one lot of a pot."""

    pot = UnicodeAttribute()
    amount = NumberAttribute()
    lot_id = UnicodeAttribute()
    expires_at = InstantAttribute()


class Session(SessionRecord, discriminator="session"):
    """A session, with the gym's policy and name as they were when it was booked."""

    id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    gym_id = UnicodeAttribute()
    gym_name = UnicodeAttribute()
    gym_address = UnicodeAttribute()
    timezone = UnicodeAttribute()
    starts_at = InstantAttribute()
    ends_at = InstantAttribute()
    held_until = InstantAttribute()
    """The end of the claim on the gym's time: the buffer follows the use."""
    booking_date = UnicodeAttribute()
    start_time = UnicodeAttribute()
    end_time = UnicodeAttribute()
    """The date and the times of the gym's wall clock."""
    duration = NumberAttribute()
    status = UnicodeAttribute()
    price_credits = NumberAttribute()
    price_amount = NumberAttribute()
    price_currency = UnicodeAttribute()
    credit_allocations: ListAttribute[CreditAllocationAttribute] = ListAttribute(of=CreditAllocationAttribute)
    refundable_until = InstantAttribute()
    invitees: ListAttribute[Any] = ListAttribute(default=list)
    """E-mail addresses that are still to be invited."""
    version = NumberAttribute()
    sequence = NumberAttribute()
    """Of the calendar entry: rises with each change of what it says."""
    created_at = InstantAttribute()
    cancelled_at = InstantAttribute(null=True)
    refunded_credits = NumberAttribute(null=True)
    """None while the session stands; then what came back, 0 after a cancellation that was too late."""
    refund_if_rebooked = BooleanAttribute(default=False)
    """Cancelled too late for a refund, and not booked again by somebody else since."""
    by_member_pk = UnicodeAttribute()
    by_member_sk = UnicodeAttribute()
    by_member = ByMember()


class LateCancellation(SessionRecord, discriminator="late_cancellation"):
    """A session that was cancelled too late: its member is refunded if somebody else books its time."""

    session_id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    starts_at = InstantAttribute()
    ends_at = InstantAttribute()


class DayRecord(SessionRecord):
    """What is taken of a UTC day: an attribute for each taken slot, `g0` to `g95`, with who holds it.

    Attributes of the top level, because a condition and an assignment for each of them then work on an item that does
    not exist yet; the elements of a map would need the map first.
    """

    holders: dict[int, Holder]
    """Of the taken slots, by number."""

    @classmethod
    def from_raw_data(cls: type[D], data: dict[str, Any]) -> D:
        """The record, with its slots."""
        day = super().from_raw_data(data)
        day.holders = {
            int(name[1:]): Holder(*value["S"].split(" "))
            for name, value in data.items()
            if name[0] == "g" and name[1:].isdigit()
        }
        return day

    @staticmethod
    def slot(number: int) -> Path:
        """The attribute of a slot, for expressions."""
        return Path(f"g{number}")

    @staticmethod
    def value_of(holder: Holder) -> str:
        """What a taken slot holds."""
        return f"{holder.session_id} {holder.user_id}"


class GymDay(DayRecord, discriminator="gym_day"):
    """What is taken of a gym's time on a UTC day."""


class MemberDay(DayRecord, discriminator="member_day"):
    """What is taken of a member's time on a UTC day."""

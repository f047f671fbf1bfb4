"""The gym service's table.

=====================================  ==========================  =============================================
what                                   key                         read by
=====================================  ==========================  =============================================
a gym                                  GYM#id / PROFILE            id
active gyms near a point               by_place: sheet / z-order   ranges of cells (`gym.places`)
active gyms by name                    by_name: ACTIVE / name      pages in order
active gyms by lowest price            by_price: ACTIVE / credits  pages in order
active gyms by rating, best first      by_rating: ACTIVE / rank    pages in order
a member's favourites, newest first    USER#id / FAVOURITE#instant pages, backwards
whether a gym is a member's favourite  USER#id / FAVOURS#gym       id
what inductions at a gym allow         USER#id / INDUCTION#gym     member and gym
an induction                           INDUCTION#id / INDUCTION    id
a member's inductions, newest first    by_member: USER#id / id     pages, backwards
a gym's inductions, latest first       by_gym: GYM#id#INDUCTIONS   pages, backwards
the taken slots of a gym on a UTC day  GYM#id / DAY#yyyy-mm-dd     gym and days; pages in order
a closure of a gym                     GYM#id / CLOSURE#id         gym and id; pages, newest first
a member's review of a session         SESSION#id / REVIEW#user    session and member
a gym's reviews, newest first          by_gym: GYM#id / instant    pages, backwards
=====================================  ==========================  =============================================

The index attributes are set on active gyms alone, so no other gym can turn up in a search. The three sorted indexes
keep all gyms under one key: a gym is a building, there are thousands at most, and pages of them are read far below
what one partition serves; spreading them would cost a query for each part on every page.
"""

from __future__ import annotations

from typing import Any, TypedDict, TypeVar

from pynamodb.attributes import (
    BooleanAttribute,
    DiscriminatorAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.expressions.operand import Path

from solo60.records import InstantAttribute, Record, RecordIndex

D = TypeVar("D", bound="SlotDay")


class ByPlace(RecordIndex[Record], name="by_place"):
    """Active gyms by where they are."""


class ByName(RecordIndex[Record], name="by_name"):
    """Active gyms by name."""


class ByPrice(RecordIndex[Record], name="by_price"):
    """Active gyms by their lowest price."""


class ByRating(RecordIndex[Record], name="by_rating"):
    """Active gyms by rating, the best first."""


class ByGym(RecordIndex[Record], name="by_gym"):
    """A gym's reviews by time, and its inductions by their start."""


class ByMember(RecordIndex[Record], name="by_member"):
    """A member's inductions."""


class Equipment(TypedDict):
    """A kind of equipment, as it is stored with its gym."""

    id: str
    name: str
    category: str
    quantity: int
    in_service: bool


class Picture(TypedDict):
    """A picture, as it is stored with its gym."""

    id: str
    """Of its file."""
    picture: str
    """What storage makes its addresses of."""


class GymRecord(Record):
    """Base of the table's kinds."""

    class Meta:
        table_name = "unset"
        domain = "gym"

    kind = DiscriminatorAttribute()


class Gym(GymRecord, discriminator="gym"):
    """A gym. Lists and structures are JSON: they are read and written whole, under `version`."""

    by_place = ByPlace()
    by_name = ByName()
    by_price = ByPrice()
    by_rating = ByRating()

    id = UnicodeAttribute()
    name = UnicodeAttribute()
    description = UnicodeAttribute(default="")
    address = JSONAttribute()
    """`line1`, `line2` or None, `city`, `postcode`, `country`."""
    latitude = NumberAttribute()
    longitude = NumberAttribute()
    timezone = UnicodeAttribute()
    opening_hours = JSONAttribute()
    """By weekday, a list of `{opens, closes}`."""
    capacity = NumberAttribute()
    slot_minutes = NumberAttribute()
    min_duration = NumberAttribute()
    max_duration = NumberAttribute()
    buffer_minutes = NumberAttribute()
    booking_horizon_days = NumberAttribute()
    minimum_notice_minutes = NumberAttribute()
    cancellation_hours = NumberAttribute()
    credits_per_hour = NumberAttribute()
    price_bands = JSONAttribute()
    """A list of `{name, weekdays, from, to, credits_per_hour}`."""
    credits_from = NumberAttribute()
    """The lowest price of an hour that can be booked."""
    amenities = JSONAttribute()
    equipment = JSONAttribute()
    """A list of `Equipment`."""
    pictures = JSONAttribute()
    """A list of `Picture`, in the order in which they are shown."""
    closures = JSONAttribute(default=list)
    """A list of `{id, from, to}`, instants: those that have not ended when the latest was added."""
    requires_induction = BooleanAttribute()
    induction_valid_days = NumberAttribute()
    rating_sum = NumberAttribute(default=0)
    rating_count = NumberAttribute(default=0)
    status = UnicodeAttribute()
    version = NumberAttribute()
    created_at = InstantAttribute()

    by_place_pk = UnicodeAttribute(null=True)
    by_place_sk = UnicodeAttribute(null=True)
    by_name_pk = UnicodeAttribute(null=True)
    by_name_sk = UnicodeAttribute(null=True)
    by_price_pk = UnicodeAttribute(null=True)
    by_price_sk = UnicodeAttribute(null=True)
    by_rating_pk = UnicodeAttribute(null=True)
    by_rating_sk = UnicodeAttribute(null=True)


class Favourite(GymRecord, discriminator="favourite"):
    """One favourite, keyed by when it was added."""

    gym_id = UnicodeAttribute()
    created_at = InstantAttribute()


class FavouriteMark(GymRecord, discriminator="favourite_mark"):
    """That a gym is a member's favourite, and under which sort key its `Favourite` stands."""

    entry = UnicodeAttribute()


class Induction(GymRecord, discriminator="induction"):
    """An induction of a member at a gym, with the gym's name when it was asked for."""

    by_member = ByMember()
    by_gym = ByGym()

    id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    gym_id = UnicodeAttribute()
    gym_name = UnicodeAttribute()
    timezone = UnicodeAttribute()
    starts_at = InstantAttribute()
    ends_at = InstantAttribute()
    status = UnicodeAttribute()
    """`requested`, `scheduled`, `completed`, `missed` or `cancelled`."""
    requested_at = InstantAttribute()
    completed_at = InstantAttribute(null=True)
    valid_until = InstantAttribute(null=True)
    """Set when it is completed; the end is not included."""
    version = NumberAttribute()

    by_member_pk = UnicodeAttribute()
    by_member_sk = UnicodeAttribute()
    by_gym_pk = UnicodeAttribute()
    by_gym_sk = UnicodeAttribute()


class InductionValidity(GymRecord, discriminator="induction_validity"):
    """What a member's inductions at a gym allow, in one item: a booking reads it."""

    user_id = UnicodeAttribute()
    gym_id = UnicodeAttribute()
    valid_until = InstantAttribute(null=True)
    """Of all that are completed; the end is not included."""
    open_id = UnicodeAttribute(null=True)
    """The last one that is neither completed nor missed nor cancelled."""
    open_until = InstantAttribute(null=True)
    """When that one ends."""
    version = NumberAttribute(default=0)


class Closure(GymRecord, discriminator="closure"):
    """A time in which a gym is closed."""

    id = UnicodeAttribute()
    gym_id = UnicodeAttribute()
    from_ = InstantAttribute(attr_name="from")
    to = InstantAttribute()
    reason = UnicodeAttribute()
    status = UnicodeAttribute()
    """`cancelling`, `closed` or `lifted`."""
    sessions_cancelled = NumberAttribute(default=0)
    created_at = InstantAttribute()
    lifted_at = InstantAttribute(null=True)


class Review(GymRecord, discriminator="review"):
    """What a member who was there says of a gym. Its rating is counted on the gym, in the same transaction."""

    id = UnicodeAttribute()
    session_id = UnicodeAttribute()
    gym_id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    rating = NumberAttribute()
    feedback = UnicodeAttribute(default="")
    picture = UnicodeAttribute(null=True)
    """The picture, as storage names it: its file's id comes first."""
    taken_down = BooleanAttribute(default=False)
    """By an admin. The record stays, so that it is not posted anew; nobody sees it, and it does not count."""
    version = NumberAttribute()
    created_at = InstantAttribute()
    changed_at = InstantAttribute(null=True)
    by_gym_pk = UnicodeAttribute(null=True)
    by_gym_sk = UnicodeAttribute(null=True)
    by_gym = ByGym()


class SlotDay(Record):
    """The taken slots of a UTC day: one attribute per slot, `g0` to `g95`, with its holder.

    A kind of any table: it stands after the table's base, `class GymDay(GymRecord, SlotDay, discriminator=...)`. The
    slots are top-level attributes, so that conditions and assignments work on an item that does not exist yet. Elements
    of a map would need an existing map.
    """

    kind = DiscriminatorAttribute()
    taken: dict[int, str]
    """The session that holds each taken slot, by the number of the slot."""

    @classmethod
    def from_raw_data(cls: type[D], data: dict[str, Any]) -> D:
        """The record, with its taken slots."""
        day = super().from_raw_data(data)
        day.taken = {int(name[1:]): value["S"] for name, value in data.items() if name[0] == "g" and name[1:].isdigit()}
        return day

    @staticmethod
    def slot(number: int) -> Path:
        """The attribute path of a slot, for expressions."""
        return Path(f"g{number}")


class GymDay(GymRecord, SlotDay, discriminator="gym_day"):
    """The taken slots of a gym on a UTC day."""

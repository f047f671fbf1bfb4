"""A gym as an administrator defines it: what may be said of one, and what has to fit together."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, ConfigDict, Field, ValidationInfo, WithJsonSchema, field_validator

from gym.opening_hours import length_of, minutes_of
from gym.profile import LONGEST_BUFFER, LONGEST_DURATION, WEEKDAYS, GymStatus
from gym.time.slots import SLOT_MINUTES
from solo60.fields import TimeZone
from solo60.models import Latitude, Line, Longitude, RequestModel, ResponseModel, Text, matching, unset

T = TypeVar("T")

_BUFFER_STEP_MINUTES = 5
_MINUTES_PER_DAY = 24 * 60
_MINUTES_PER_WEEK = 7 * _MINUTES_PER_DAY

_CLOCK_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]"
_CLOSING_TIME = f"({_CLOCK_TIME}|24:00)"

ClockTime = Annotated[
    str,
    matching(_CLOCK_TIME, "This must be a time from 00:00 to 23:59."),
    WithJsonSchema({"type": "string", "pattern": f"^{_CLOCK_TIME}$", "examples": ["06:00"]}),
]
"""`HH:MM` on the gym's wall clock."""
ClosingTime = Annotated[
    str,
    matching(_CLOSING_TIME, "This must be a time from 00:00 to 24:00."),
    WithJsonSchema({"type": "string", "pattern": f"^{_CLOSING_TIME}$", "examples": ["22:00"]}),
]
"""`HH:MM`; `24:00` is the end of the day; not after the beginning means the next day."""
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def _without_repeats(values: list[T]) -> list[T]:
    return list(dict.fromkeys(values))


class AddressView(ResponseModel):
    """A postal address."""

    line1: str
    line2: str | None = None
    city: str
    postcode: str
    country: str


class AddressInput(RequestModel):
    """A postal address."""

    line1: Annotated[Line, Field(min_length=1, max_length=120, examples=["1 Old Street"])]
    line2: Annotated[Line, Field(max_length=120)] | None = None
    city: Annotated[Line, Field(min_length=1, max_length=80, examples=["London"])]
    postcode: Annotated[Line, Field(min_length=1, max_length=16, examples=["EC1V 9HL"])]
    country: Annotated[Line, Field(min_length=2, max_length=60, examples=["GB"])]


class OpeningInterval(RequestModel):
    """One stretch of opening; `closes` not after `opens` is on the next day."""

    opens: ClockTime
    closes: ClosingTime


_Day = Annotated[list[OpeningInterval], Field(max_length=12)]


class WeekHours(RequestModel):
    """Opening hours by weekday; a day without any is a closed one."""

    monday: _Day = Field(default=[])
    tuesday: _Day = Field(default=[])
    wednesday: _Day = Field(default=[])
    thursday: _Day = Field(default=[])
    friday: _Day = Field(default=[])
    saturday: _Day = Field(default=[])
    sunday: _Day = Field(default=[])


class PriceBandModel(RequestModel):
    """Another price from `from` to `to` on some weekdays; the first band that covers a minute wins."""

    model_config = ConfigDict(serialize_by_alias=True)

    name: Annotated[Line, Field(min_length=1, max_length=40, examples=["Peak"])]
    weekdays: Annotated[
        list[Weekday], Field(min_length=1, max_length=14, examples=[["monday"]]), AfterValidator(_without_repeats)
    ]
    from_: ClockTime = Field(alias="from")
    to: ClosingTime
    credits_per_hour: int = Field(ge=1, le=1000, examples=[15])


EquipmentName = Annotated[Line, Field(min_length=1, max_length=80, examples=["Power rack"])]
EquipmentCategory = Annotated[Line, Field(min_length=1, max_length=40, examples=["strength"])]
EquipmentQuantity = Annotated[int, Field(ge=1, le=100)]
MOST_EQUIPMENT = 100
"""Kinds of equipment in one gym: they are in its record, which a search reads."""


class EquipmentInput(RequestModel):
    """A kind of equipment in a gym."""

    name: EquipmentName
    category: EquipmentCategory
    quantity: EquipmentQuantity = 1
    in_service: bool = True


def _no_overlap(hours: WeekHours) -> WeekHours:
    spans = []
    for number, day in enumerate(WEEKDAYS):
        for interval in getattr(hours, day):
            start = number * _MINUTES_PER_DAY + minutes_of(interval.opens)
            spans.append((start, start + length_of(interval.opens, interval.closes), day))
    spans.sort()
    if spans:  # Sunday night reaches into Monday
        spans.append((spans[0][0] + _MINUTES_PER_WEEK, spans[0][1] + _MINUTES_PER_WEEK, spans[0][2]))
    for (_, end, day), (start, _, other) in pairwise(spans):
        if start < end:
            raise ValueError(f"The hours that begin on {day} overlap those that begin on {other}.")
    return hours


Name = Annotated[Line, Field(min_length=1, max_length=100, examples=["Old Street"])]
Description = Annotated[Text, Field(max_length=2000)]
Hours = Annotated[WeekHours, AfterValidator(_no_overlap)]
Capacity = Annotated[int, Field(ge=1, le=5)]
SlotMinutes = Literal[15, 30, 60]
Duration = Annotated[int, Field(ge=SLOT_MINUTES, le=LONGEST_DURATION // timedelta(minutes=1), multiple_of=SLOT_MINUTES)]
BufferMinutes = Annotated[int, Field(ge=0, le=LONGEST_BUFFER // timedelta(minutes=1), multiple_of=_BUFFER_STEP_MINUTES)]
HorizonDays = Annotated[int, Field(ge=1, le=365)]
NoticeMinutes = Annotated[int, Field(ge=0, le=10080)]
CancellationHours = Annotated[int, Field(ge=0, le=168)]
CreditsPerHour = Annotated[int, Field(ge=1, le=1000)]
PriceBands = Annotated[list[PriceBandModel], Field(max_length=20)]
Amenities = Annotated[
    list[Annotated[Line, Field(min_length=1, max_length=40)]],
    Field(max_length=50, examples=[["shower"]]),
    AfterValidator(_without_repeats),
]
ValidDays = Annotated[int, Field(ge=1, le=3650)]


class GymDefinition(RequestModel):
    """Everything that defines a gym."""

    name: Name
    description: Description = ""
    address: AddressInput
    latitude: Latitude
    longitude: Longitude
    timezone: TimeZone
    opening_hours: Hours
    capacity: Capacity = 5
    slot_minutes: SlotMinutes = 30
    min_duration: Duration = 60
    max_duration: Duration = 240
    buffer_minutes: BufferMinutes = 15
    booking_horizon_days: HorizonDays = 28
    minimum_notice_minutes: NoticeMinutes = 0
    cancellation_hours: CancellationHours = 12
    credits_per_hour: CreditsPerHour
    price_bands: PriceBands = Field(default=[])
    amenities: Amenities = Field(default=[])
    requires_induction: bool = False
    induction_valid_days: ValidDays = 365
    status: GymStatus = GymStatus.ACTIVE

    @field_validator("max_duration")
    @classmethod
    def _some_duration_fits(cls, value: int, info: ValidationInfo) -> int:
        shortest, slot = info.data.get("min_duration"), info.data.get("slot_minutes")
        if shortest is not None and value < shortest:
            raise ValueError("This must not be less than min_duration.")
        if shortest is not None and slot is not None and value // slot * slot < shortest:
            raise ValueError("No multiple of slot_minutes lies between min_duration and max_duration.")
        return value

    model_config = ConfigDict(validate_default=True)


_EXAMPLE_GYM: dict[str, Any] = {
    "name": "Old Street",
    "description": "A rack, a rower and a quiet room.",
    "address": {"line1": "1 Old Street", "city": "London", "postcode": "EC1V 9HL", "country": "GB"},
    "latitude": 51.5255,
    "longitude": -0.0876,
    "timezone": "Europe/London",
    "opening_hours": {
        "monday": [{"opens": "06:00", "closes": "22:00"}],
        "saturday": [{"opens": "08:00", "closes": "12:00"}, {"opens": "13:00", "closes": "24:00"}],
    },
    "slot_minutes": 30,
    "credits_per_hour": 10,
    "price_bands": [{"name": "Peak", "weekdays": ["monday"], "from": "17:00", "to": "20:30", "credits_per_hour": 15}],
    "amenities": ["shower"],
    "equipment": [{"name": "Power rack", "category": "strength", "quantity": 1}],
}


class CreateGymRequest(GymDefinition):
    """A new gym."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE_GYM]})

    equipment: Annotated[list[EquipmentInput], Field(max_length=MOST_EQUIPMENT)] = Field(default=[])


class ChangeGymRequest(RequestModel):
    """What is to change; what is not given stays."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"description": "Two racks and a rower.", "credits_per_hour": 12}]}
    )

    name: Name = unset()
    description: Description = unset()
    address: AddressInput = unset()
    latitude: Latitude = unset()
    longitude: Longitude = unset()
    timezone: TimeZone = unset()
    opening_hours: Hours = unset()
    capacity: Capacity = unset()
    slot_minutes: SlotMinutes = unset()
    min_duration: Duration = unset()
    max_duration: Duration = unset()
    buffer_minutes: BufferMinutes = unset()
    booking_horizon_days: HorizonDays = unset()
    minimum_notice_minutes: NoticeMinutes = unset()
    cancellation_hours: CancellationHours = unset()
    credits_per_hour: CreditsPerHour = unset()
    price_bands: PriceBands = unset()
    amenities: Amenities = unset()
    requires_induction: bool = unset()
    induction_valid_days: ValidDays = unset()
    status: GymStatus = unset()

    def given(self) -> dict[str, Any]:
        """The members that were given, as plain JSON values."""
        return self.model_dump(mode="json", exclude_unset=True)

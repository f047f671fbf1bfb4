"""What the gym service's endpoints take and answer."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any

from pydantic import ConfigDict, Field, ValidationInfo, field_validator

from gym.definition import AddressView, Duration, PriceBandModel, WeekHours
from gym.places import MAX_RADIUS_KM
from gym.profile import GymStatus
from solo60.models import Id, Instant, InstantInput, Latitude, Line, Longitude, Page, RequestModel, ResponseModel
from solo60.text import words

DEFAULT_RADIUS_KM = 10.0
LONGEST_WINDOW = timedelta(days=7)


class Sort(StrEnum):
    """Orders of a search."""

    DISTANCE = "distance"
    PRICE = "price"
    RATING = "rating"
    NAME = "name"


_Word = Annotated[Line, Field(min_length=1, max_length=80)]


Point = tuple[float, float]
"""Latitude and longitude."""


class GymsQuery(RequestModel):
    """A search; all that is given has to hold."""

    model_config = ConfigDict(
        validate_default=True,
        json_schema_extra={"examples": [{"lat": 51.5255, "lon": -0.0876, "radius_km": 10}]},
    )

    text: Annotated[Line, Field(min_length=1, max_length=100)] | None = Field(
        default=None, description="Every word has to begin a word of the name, address or description."
    )
    lat: Latitude | None = None
    lon: Longitude | None = None
    radius_km: Annotated[float, Field(gt=0, le=MAX_RADIUS_KM, allow_inf_nan=False)] | None = Field(
        default=None, description="Around `lat` and `lon`; 10 if not given."
    )
    equipment: Annotated[list[_Word], Field(max_length=20)] = Field(
        default=[], description="Names or categories of equipment, each of which is there and in service."
    )
    amenities: Annotated[list[_Word], Field(max_length=20)] = Field(default=[])
    open_at: InstantInput | None = None
    available_from: InstantInput | None = None
    available_to: InstantInput | None = None
    duration: Duration | None = Field(
        default=None, description="Minutes that can be booked somewhere from `available_from` to `available_to`."
    )
    max_credits: int | None = Field(default=None, ge=0, le=1000, description="An hour, at the gym's lowest price.")
    sort: Sort | None = Field(default=None, description="By distance where there is a point, else by name.")

    @field_validator("text")
    @classmethod
    def _has_words(cls, value: str | None) -> str | None:
        if value is not None and not words(value):
            raise ValueError("This has no word to search for.")
        return value

    @field_validator("lon")
    @classmethod
    def _whole_point(cls, value: float | None, info: ValidationInfo) -> float | None:
        if "lat" in info.data and (value is None) != (info.data["lat"] is None):
            raise ValueError("Give lat and lon together, or neither.")
        return value

    @field_validator("radius_km")
    @classmethod
    def _around_a_point(cls, value: float | None, info: ValidationInfo) -> float | None:
        if value is not None and _lacks(info, "lat", "lon"):
            raise ValueError("This needs lat and lon.")
        return value

    @field_validator("available_to")
    @classmethod
    def _whole_window(cls, value: Any, info: ValidationInfo) -> Any:
        if "available_from" not in info.data:
            return value
        start = info.data["available_from"]
        if (value is None) != (start is None):
            raise ValueError("Give available_from and available_to together, or neither.")
        if value is not None and not timedelta() < value - start <= LONGEST_WINDOW:
            raise ValueError(f"This must be after available_from, by at most {LONGEST_WINDOW.days} days.")
        return value

    @field_validator("duration")
    @classmethod
    def _fits_the_window(cls, value: int | None, info: ValidationInfo) -> int | None:
        if "available_from" not in info.data or "available_to" not in info.data:
            return value
        start, end = info.data["available_from"], info.data["available_to"]
        if (value is None) != (start is None):
            raise ValueError("Give duration together with available_from and available_to.")
        if value is not None and timedelta(minutes=value) > end - start:
            raise ValueError("This is longer than the time from available_from to available_to.")
        return value

    @field_validator("sort")
    @classmethod
    def _distance_from_a_point(cls, value: Sort | None, info: ValidationInfo) -> Sort | None:
        if value is Sort.DISTANCE and _lacks(info, "lat", "lon"):
            raise ValueError("Sorting by distance needs lat and lon.")
        return value

    @property
    def order(self) -> Sort:
        """The order asked for, or the one that goes without saying."""
        return self.sort or (Sort.NAME if self.lat is None else Sort.DISTANCE)

    @property
    def point(self) -> Point | None:
        """The point to search around."""
        return None if self.lat is None or self.lon is None else (self.lat, self.lon)

    @property
    def radius(self) -> float:
        """Kilometres around the point."""
        return self.radius_km or DEFAULT_RADIUS_KM


def _lacks(info: ValidationInfo, *names: str) -> bool:
    return any(name in info.data and info.data[name] is None for name in names)


class RatingView(ResponseModel):
    """What members who trained there say; `average` is 1 to 5 with one decimal, null without reviews."""

    average: float | None
    count: int


class EquipmentSummary(ResponseModel):
    """A kind of equipment in a gym."""

    id: Id
    name: str
    category: str
    quantity: int
    in_service: bool


class PictureSummary(ResponseModel):
    """A picture of a gym; in the list of a gym in the order of their positions."""

    id: Id
    position: int = Field(description="From 1, which is the picture that stands for the gym.", examples=[1])
    url: str = Field(description="WebP, the longer side up to 1600 pixels. Valid for five minutes at least.")
    thumbnail_url: str = Field(description="WebP, the longer side up to 400 pixels. Valid for five minutes at least.")


class GymSummary(ResponseModel):
    """A gym in a list."""

    id: Id
    name: str
    address: AddressView
    latitude: float
    longitude: float
    timezone: str
    credits_from: int = Field(description="The lowest price of an hour that can be booked in an ordinary week.")
    credits_per_hour: int
    rating: RatingView
    capacity: int
    amenities: list[str]
    requires_induction: bool
    status: GymStatus
    pictures: list[PictureSummary]


class FoundGymSummary(GymSummary):
    """A gym that a search found."""

    distance_km: float | None = Field(description="From the point searched; null without one.")


class GymPage(Page[FoundGymSummary]):
    """Gyms found; a page may be short, even empty, and still have a next one."""


class FavouriteSummary(GymSummary):
    """A favourite, whatever its status has become."""

    favourited_at: Instant


class FavouritePage(Page[FavouriteSummary]):
    """Favourites, the newest first."""


class ClosedTimeView(ResponseModel):
    """A time in which a gym takes no sessions."""

    model_config = ConfigDict(serialize_by_alias=True)

    from_: Instant = Field(alias="from")
    to: Instant


class GymView(GymSummary):
    """A gym with its rules."""

    description: str
    opening_hours: WeekHours
    slot_minutes: int
    min_duration: int
    max_duration: int
    buffer_minutes: int
    booking_horizon_days: int
    minimum_notice_minutes: int
    cancellation_hours: int
    price_bands: list[PriceBandModel]
    equipment: list[EquipmentSummary]
    induction_valid_days: int
    closures: list[ClosedTimeView] = Field(description="That have not ended, the next first.")
    version: int
    created_at: Instant

"""Request and response bodies of the user service."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import ConfigDict, Field, field_validator

from solo60.fields import PersonName, PhoneNumber
from solo60.models import (
    Id,
    Instant,
    Latitude,
    Line,
    Longitude,
    Page,
    RequestModel,
    ResponseModel,
    Text,
    unset,
)

MAX_BIO = 1000


class Units(StrEnum):
    """How an app shows distances and weights."""

    METRIC = "metric"
    IMPERIAL = "imperial"


class HomeLocationInput(RequestModel):
    """A member's home location, as the member enters it."""

    latitude: Latitude
    longitude: Longitude
    name: Annotated[Line, Field(min_length=1, max_length=100)] | None = None


class PreferencesInput(RequestModel):
    """A member's preferences."""

    units: Units


class ChangeProfileRequest(RequestModel):
    """Fields to change; the others stay unchanged. Null clears `phone`, `bio` and `home_location`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "first_name": "Robin",
                    "phone": "+447700900123",
                    "bio": "Strength training, mostly before work.",
                    "home_location": {"latitude": 51.5255, "longitude": -0.0876, "name": "Home"},
                    "preferences": {"units": "metric"},
                }
            ]
        }
    )

    first_name: PersonName = unset()
    last_name: PersonName = unset()
    phone: PhoneNumber | None = unset()
    bio: Annotated[Text, Field(max_length=MAX_BIO)] | None = unset()
    home_location: HomeLocationInput | None = unset()
    preferences: PreferencesInput = unset()

    @field_validator("first_name", "last_name", "preferences", mode="before")
    @classmethod
    def _cannot_be_cleared(cls, value: Any) -> Any:
        if value is None:
            raise ValueError("This must not be null.")
        return value

    def changes(self) -> dict[str, object]:
        """New values by field name; None clears a field."""
        given: dict[str, object] = self.model_dump(mode="json", exclude_unset=True)
        if "home_location" in given and self.home_location is not None:
            given["home_location"] = self.home_location.model_dump(mode="json")
        if given.get("bio") == "":
            given["bio"] = None
        return given


class HomeLocationView(ResponseModel):
    """A member's home location."""

    latitude: float
    longitude: float
    name: str | None = None


class PreferencesView(ResponseModel):
    """A member's preferences."""

    units: Units = Units.METRIC


class ProfileView(ResponseModel):
    """A member's own profile."""

    id: Id
    email: str
    first_name: str
    last_name: str
    phone: str | None
    avatar_url: str | None
    date_of_birth: date
    home_location: HomeLocationView | None
    preferences: PreferencesView
    bio: str | None
    created_at: Instant
    version: int = Field(description="The ETag, as a number.")


class NotificationSummary(ResponseModel):
    """An in-app notification."""

    id: Id
    type: str
    content: str
    read: bool
    created_at: Instant
    link: str | None


class NotificationPage(Page[NotificationSummary]):
    """A page of notifications, newest first."""

    unread_count: int = Field(description="Of all notifications, not only of this page.")

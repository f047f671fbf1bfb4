"""Request and response bodies of the user service."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, field_validator

from solo60.fields import PersonName, PhoneNumber, TimeZone
from solo60.models import (
    Id,
    Identifier,
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


class Visibility(StrEnum):
    """An audience, from the narrowest to the widest."""

    PRIVATE = "private"
    FRIENDS = "friends"
    FOLLOWERS = "followers"
    PUBLIC = "public"


class PreferencesInput(RequestModel):
    """The preferences that can be changed with the profile."""

    units: Units


def _switched_on(value: bool) -> bool:
    if not value:
        raise ValueError("These messages are mandatory: they cannot be switched off here.")
    return value


Mandatory = Annotated[bool, AfterValidator(_switched_on)]
"""Whether members get messages that they cannot switch off: always true."""


class ChannelInput(RequestModel):
    """The messages that a member wants over a channel, by category. Security and bookings are mandatory."""

    security: Mandatory = True
    booking: Mandatory = Field(examples=[True])
    payment: bool = Field(examples=[True])
    social: bool = Field(examples=[False])
    marketing: bool = Field(examples=[False])


class OptionalChannelInput(RequestModel):
    """The messages that a member wants over a channel, by category. All are optional."""

    security: bool = False
    booking: bool = Field(examples=[True])
    payment: bool = Field(examples=[False])
    social: bool = Field(examples=[False])
    marketing: bool = Field(examples=[False])


class ChannelsInput(RequestModel):
    """The messages that a member wants, by channel and category."""

    email: ChannelInput
    sms: OptionalChannelInput
    in_app: ChannelInput


class PrivacyInput(RequestModel):
    """What others may see of a member."""

    discoverable: bool = Field(description="Whether others find the member by search.", examples=[True])
    profile_visibility: Visibility = Field(
        description="The widest audience of the profile and of all that the member posts.",
        examples=[Visibility.FRIENDS],
    )
    share_sessions: bool = Field(description="Whether sessions count for suggestions to others.", examples=[False])


class ReplacePreferencesRequest(RequestModel):
    """All preferences of a member."""

    channels: ChannelsInput
    privacy: PrivacyInput
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
    timezone: TimeZone = unset()
    preferences: PreferencesInput = unset()

    @field_validator("first_name", "last_name", "timezone", "preferences", mode="before")
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


class SetAvatarRequest(RequestModel):
    """The uploaded file that becomes the avatar."""

    file_id: Identifier


class HomeLocationView(ResponseModel):
    """A member's home location."""

    latitude: float
    longitude: float
    name: str | None = None


class ChannelView(ResponseModel):
    """The messages that a member gets over a channel, by category."""

    security: bool
    booking: bool
    payment: bool
    social: bool
    marketing: bool


class ChannelsView(ResponseModel):
    """The messages that a member gets, by channel and category."""

    email: ChannelView
    sms: ChannelView
    in_app: ChannelView


class PrivacyView(ResponseModel):
    """What others may see of a member."""

    discoverable: bool
    profile_visibility: Visibility
    share_sessions: bool


class PreferencesView(ResponseModel):
    """A member's preferences."""

    channels: ChannelsView
    privacy: PrivacyView
    units: Units


class ProfileView(ResponseModel):
    """A member's own profile."""

    id: Id
    email: str
    first_name: str
    last_name: str
    phone: str | None
    avatar_url: str | None = Field(description="Valid for at least five minutes.")
    date_of_birth: date
    home_location: HomeLocationView | None
    timezone: str = Field(description="Of the member, for messages.")
    preferences: PreferencesView
    bio: str | None
    created_at: Instant
    version: int = Field(description="The ETag, as a number.")


class PublicProfileView(ResponseModel):
    """What other members see of a member."""

    id: Id
    first_name: str
    last_name: str
    avatar_url: str | None = Field(description="Valid for at least five minutes.")
    bio: str | None


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

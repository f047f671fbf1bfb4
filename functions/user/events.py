"""Events that the user service publishes."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from solo60.events import Event


class UserEvent(Event):
    """Base of the service's events."""

    SOURCE: ClassVar[str] = "user"


class ProfileChanged(UserEvent):
    """A member changed their profile. Contains the current names, phone number and time zone, so it is never archived.

    Attributes
    ----------
    profile_version
        Rises with each change. Consumers ignore an event with a lower version than they have applied.
    """

    ARCHIVED: ClassVar[bool] = False
    user_id: str
    first_name: str
    last_name: str
    phone: str | None
    timezone: str = "Europe/London"
    profile_version: int


class PreferencesChanged(UserEvent):
    """A member chose which messages to get, or who may see the profile.

    Attributes
    ----------
    channels
        Whether the member wants messages, by channel and category.
    profile_version
        As in `ProfileChanged`.
    """

    user_id: str
    channels: dict[str, dict[str, bool]]
    profile_visibility: str
    profile_version: int


class UserBanned(UserEvent):
    """A member was banned: no writes from then on, and upcoming sessions are cancelled.

    Attributes
    ----------
    banned_until
        None for a ban without end.
    """

    user_id: str
    ban_id: str
    banned_at: datetime
    banned_until: datetime | None


class UserUnbanned(UserEvent):
    """The ban of a member was lifted before its end."""

    user_id: str
    ban_id: str


class UserRoleChanged(UserEvent):
    """A member got another role: `admin` or `member`. Whoever decides by the role reads the one that is recorded."""

    user_id: str
    role: str


class SecondFactorReset(UserEvent):
    """The second factor of an admin was reset: the next login sets up a new one."""

    user_id: str

"""Preferences: which messages a member gets over which channel, who may see the profile, units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from solo60.events import publish
from solo60.problems import PreconditionFailed
from solo60.records import batch_get
from solo60.unit_of_work import UnitOfWork, Work
from solo60.visibility import PUBLIC
from user.events import PreferencesChanged
from user.profiles import ready
from user.records import Profile
from user.repository import ProfileRepository

DEFAULTS: Mapping[str, Any] = {
    "units": "metric",
    "channels": {
        "email": {"security": True, "booking": True, "payment": True, "social": False, "marketing": False},
        "sms": dict.fromkeys(("security", "booking", "payment", "social", "marketing"), False),
        "in_app": {"security": True, "booking": True, "payment": True, "social": True, "marketing": True},
    },
    "privacy": {"discoverable": True, "profile_visibility": PUBLIC, "share_sessions": True},
}
"""Of a member who has chosen nothing."""


@dataclass(frozen=True)
class Preferences:
    """A member's preferences, and the version of the profile that holds them."""

    values: Mapping[str, Any]
    version: int


def preferences_of(profile: Profile) -> Preferences:
    """What a member has chosen, and the defaults of the rest."""
    return Preferences({**DEFAULTS, **(profile.preferences or {})}, int(profile.version or 0))


def find(profiles: ProfileRepository, user_id: str) -> Preferences:
    """A member's own preferences.

    Raises
    ------
    ProfileNotReady
        The caller has no profile.
    """
    return preferences_of(ready(profiles.find(batch_get, user_id)))


def replace(
    uow: UnitOfWork, profiles: ProfileRepository, user_id: str, seen_version: int | None, values: dict[str, Any]
) -> Preferences:
    """Replace all preferences of a member, and publish `PreferencesChanged`.

    Parameters
    ----------
    seen_version
        The version that the caller has seen; None for any version.

    Raises
    ------
    ProfileNotReady
        The caller has no profile.
    PreconditionFailed
        The profile or its preferences have changed since the caller read them.
    """

    def act(work: Work) -> Preferences:
        profile = ready(profiles.find(work.read, user_id))
        before = preferences_of(profile)
        PreconditionFailed.unless_seen(seen_version, before.version)
        if before.values == values:
            return before
        after = preferences_of(profiles.change(work, profile, {"preferences": values}))
        publish(
            work,
            PreferencesChanged(
                user_id=user_id,
                channels=values["channels"],
                profile_visibility=values["privacy"]["profile_visibility"],
                profile_version=after.version,
            ),
        )
        return after

    return uow.run(act)

"""Profiles, as their members see and change them."""

from __future__ import annotations

from typing import Any

from solo60.audit import HIDDEN
from solo60.events import publish
from solo60.problems import PreconditionFailed
from solo60.records import batch_get
from solo60.unit_of_work import UnitOfWork, Work
from user.errors import ProfileNotReady
from user.events import ProfileChanged
from user.records import Profile
from user.repository import ProfileRepository

DEFAULT_TIMEZONE = "Europe/London"


def find(profiles: ProfileRepository, user_id: str) -> Profile:
    """A member's own profile.

    Raises
    ------
    ProfileNotReady
        The caller has no profile.
    """
    return ready(profiles.find(batch_get, user_id))


def change(
    uow: UnitOfWork,
    profiles: ProfileRepository,
    user_id: str,
    seen_version: int | None,
    changes: dict[str, Any],
) -> Profile:
    """Change fields of a profile, and publish `ProfileChanged`.

    Without a seen version, the last write of each field wins.

    Parameters
    ----------
    seen_version
        The version that the caller has read; None for any version.
    changes
        New values by field name; None clears a field.

    Raises
    ------
    ProfileNotReady
        The caller has no profile.
    PreconditionFailed
        The profile has changed since the caller read it.
    """

    def act(work: Work) -> Profile:
        return apply(work, profiles, ready(profiles.find(work.read, user_id)), seen_version, changes)

    return uow.run(act)


def apply(
    work: Work, profiles: ProfileRepository, profile: Profile, seen_version: int | None, changes: dict[str, Any]
) -> Profile:
    """Change fields of a profile that was read, as `change` does.

    Raises
    ------
    PreconditionFailed
        It has another version than the seen one.
    """
    PreconditionFailed.unless_seen(seen_version, int(profile.version or 0))
    wanted = dict(changes)
    if "preferences" in wanted:
        wanted["preferences"] = {**(profile.preferences or {}), **wanted["preferences"]}
    wanted = {name: value for name, value in wanted.items() if getattr(profile, name) != value}
    if not wanted:
        return profile
    changed = profiles.change(work, profile, wanted)
    work.record_change("user", profile.user_id, dict.fromkeys(wanted, HIDDEN))
    publish(
        work,
        ProfileChanged(
            user_id=profile.user_id,
            first_name=changed.first_name or "",
            last_name=changed.last_name or "",
            phone=changed.phone,
            timezone=changed.timezone or DEFAULT_TIMEZONE,
            profile_version=int(changed.version or 0),
        ),
    )
    return changed


def ready(profile: Profile | None) -> Profile:
    """A profile that is there.

    Raises
    ------
    ProfileNotReady
        There is none.
    """
    if profile is None:
        raise ProfileNotReady
    return profile

"""Profiles as other members see them."""

from __future__ import annotations

from solo60.problems import NotFound
from solo60.records import batch_get
from solo60.visibility import can_view
from user.records import Profile
from user.repository import ProfileRepository


def find_public(profiles: ProfileRepository, viewer_id: str, user_id: str) -> Profile:
    """The profile of a member, for another member.

    Raises
    ------
    NotFound
        There is no such member, or the viewer may not see the profile. No answer tells which.
    """
    profile = profiles.find(batch_get, user_id)
    if profile is None or not can_view(profile.preferences, viewer_id=viewer_id, user_id=user_id):
        raise NotFound("There is no such member.")
    return profile

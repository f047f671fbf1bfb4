"""Who may see a member's profile: the one decision for all ways to it."""

from __future__ import annotations

from enum import IntEnum

from solo60.problems import NotFound
from solo60.records import batch_get
from user.preferences import preferences_of
from user.records import Profile
from user.repository import ProfileRepository


class Relation(IntEnum):
    """What the viewer is to the member; each sees what those before it see, and more."""

    STRANGER = 0
    FOLLOWER = 1
    FRIEND = 2
    SELF = 3


_LEAST = {
    "public": Relation.STRANGER,
    "followers": Relation.FOLLOWER,
    "friends": Relation.FRIEND,
    "private": Relation.SELF,
}


def can_view(profile: Profile, relation: Relation) -> bool:
    """Whether a viewer may see a profile, by the member's privacy."""
    return relation >= _LEAST[preferences_of(profile).values["privacy"]["profile_visibility"]]


def find_public(profiles: ProfileRepository, viewer_id: str, user_id: str) -> Profile:
    """The profile of a member, for another member.

    Raises
    ------
    NotFound
        There is no such member, or the viewer may not see the profile. No answer tells which.
    """
    profile = profiles.find(batch_get, user_id)
    relation = Relation.SELF if viewer_id == user_id else Relation.STRANGER
    if profile is None or not can_view(profile, relation):
        raise NotFound("There is no such member.")
    return profile

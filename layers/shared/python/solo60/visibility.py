"""Who may see what a member shows: the one decision of all services, made at each read.

A member's preferences have the widest audience of all that the member shows. They are stored with the profile, in the
user service's table, and that service alone writes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from solo60.grants import Do, TableGrant
from solo60.records import Key, Read, Record

PUBLIC = "public"
"""Of a member who has chosen nothing."""


class Relation(IntEnum):
    """What the viewer is to the member; each sees what those before it see, and more."""

    STRANGER = 0
    FOLLOWER = 1
    FRIEND = 2
    SELF = 3


_LEAST = {
    PUBLIC: Relation.STRANGER,
    "followers": Relation.FOLLOWER,
    "friends": Relation.FRIEND,
    "private": Relation.SELF,
}


def grant() -> TableGrant:
    """The grant for `may_see`."""
    return TableGrant("user", {Do.BATCH_GET})


class Audience(Record):
    """What a member's profile says of its audience."""

    class Meta:
        table_name = "unset"
        domain = "user"

    kind = UnicodeAttribute(default="profile")
    preferences = JSONAttribute(null=True)


def audience_key(user_id: str) -> Key[Audience]:
    """The key of a member's audience: that of the profile."""
    return Key(Audience, f"USER#{user_id}", "PROFILE")


def can_view(preferences: Mapping[str, Any] | None, *, viewer_id: str, user_id: str) -> bool:
    """Whether a member may see what another one shows, by the preferences of that one; None for none."""
    relation = Relation.SELF if viewer_id == user_id else Relation.STRANGER
    privacy = (preferences or {}).get("privacy", {})
    return relation >= _LEAST[privacy.get("profile_visibility", PUBLIC)]


def may_see(read: Read, *, viewer_id: str, user_id: str) -> bool:
    """Whether a member may see what another one shows, who may not exist."""
    key = audience_key(user_id)
    audience = read(key)[key]
    return audience is not None and can_view(audience.preferences, viewer_id=viewer_id, user_id=user_id)

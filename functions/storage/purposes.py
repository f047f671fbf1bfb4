"""What files are for: which types, how large, how many, who uploads and who reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

MIB = 1024 * 1024
QUOTA_BYTES = 200 * MIB
"""Of a member."""

PDF = "application/pdf"
PICTURE_TYPES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
"""They are decoded and encoded anew before anybody sees them, so they may be shown in a page."""

AVATAR_SIZES = (64, 256)
PICTURE_SIZES = (400, 1600)


class Purpose(StrEnum):
    """What a file is for."""

    AVATAR = "avatar"
    GYM_PICTURE = "gym_picture"
    REVIEW_PICTURE = "review_picture"
    POST_PICTURE = "post_picture"
    SUPPORT_ATTACHMENT = "support_attachment"
    EXPORT = "export"


class Uploader(StrEnum):
    """Who may upload for a purpose."""

    MEMBER = "member"
    ADMIN = "admin"
    SYSTEM = "system"


class Readers(StrEnum):
    """Who may read a file that belongs to something, apart from its owner; `storage.readers` judges it."""

    NOBODY = "nobody"
    """The domain of what it belongs to hands out addresses itself, or nobody else may read it."""
    MEMBERS = "members"
    PROFILE_VIEWERS = "profile_viewers"
    """Who may see the profile of its owner."""


@dataclass(frozen=True)
class Rules:
    """The rules of a purpose.

    Attributes
    ----------
    max_bytes
        Of one file, as it is uploaded and as it is kept.
    max_files
        Of one owner, those included that are waiting for their upload.
    max_attached
        To one object: a post, a review, a problem.
    readers
        Who else reads a file once it is attached.
    in_quota
        Whether the file counts against its owner's quota.
    sizes
        The WebP pictures that are made of it, by their longer side in pixels.
    square
        Whether those are cut to a square.
    public
        Whether whoever knows the address of one of them sees it, without asking us.
    """

    types: frozenset[str]
    max_bytes: int
    max_files: int
    max_attached: int
    uploader: Uploader = Uploader.MEMBER
    readers: Readers = Readers.NOBODY
    in_quota: bool = True
    sizes: tuple[int, ...] = ()
    square: bool = False
    public: bool = False


RULES: Mapping[Purpose, Rules] = {
    Purpose.AVATAR: Rules(
        PICTURE_TYPES,
        5 * MIB,
        max_files=5,
        max_attached=1,
        readers=Readers.PROFILE_VIEWERS,
        sizes=AVATAR_SIZES,
        square=True,
        public=True,
    ),
    Purpose.GYM_PICTURE: Rules(
        PICTURE_TYPES,
        15 * MIB,
        max_files=5_000,
        max_attached=20,
        uploader=Uploader.ADMIN,
        readers=Readers.MEMBERS,
        in_quota=False,
        sizes=PICTURE_SIZES,
        public=True,
    ),
    Purpose.REVIEW_PICTURE: Rules(
        PICTURE_TYPES, 15 * MIB, max_files=500, max_attached=5, sizes=PICTURE_SIZES, public=True
    ),
    Purpose.POST_PICTURE: Rules(PICTURE_TYPES, 15 * MIB, max_files=2_000, max_attached=10, sizes=PICTURE_SIZES),
    Purpose.SUPPORT_ATTACHMENT: Rules(
        PICTURE_TYPES | {PDF},
        15 * MIB,
        max_files=200,
        max_attached=10,
        sizes=PICTURE_SIZES,
    ),
    Purpose.EXPORT: Rules(
        frozenset({"application/json", "application/zip", "text/csv"}),
        500 * MIB,
        max_files=50,
        max_attached=1,
        uploader=Uploader.SYSTEM,
        in_quota=False,
    ),
}


def rules_of(purpose: str) -> Rules:
    """The rules of a purpose, as a record names it."""
    return RULES[Purpose(purpose)]


def sizes_of(purpose: str, content_type: str) -> tuple[int, ...]:
    """The WebP pictures that a file of this type has."""
    return rules_of(purpose).sizes if content_type in PICTURE_TYPES else ()

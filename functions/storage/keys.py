"""The keys of objects in the bucket.

What is uploaded is under `pending/`, which signed forms reach. What was verified is under `files/` and `public/`, which
no form reaches: bytes that are put over a completed file are never served. Under `public/` are the smaller pictures of
avatars, gyms and reviews, which the distribution shows to whoever knows their address.
"""

from __future__ import annotations

from collections.abc import Iterable

BUCKET = "files"
PENDING = "pending/"
VERIFIED = "files/"
PUBLIC = "public/"
ORIGINAL = "original"


def upload_key(file_id: str) -> str:
    """Where the signed form puts a file."""
    return f"{PENDING}{file_id}"


def verified_key(file_id: str, attempt: str) -> str:
    """Where an attempt to complete a file keeps what it has verified."""
    return f"{VERIFIED}{file_id}/{attempt}/{ORIGINAL}"


def picture_key(file_id: str, attempt: str, size: int, *, public: bool) -> str:
    """Where an attempt to complete a file keeps one of its smaller pictures.

    Both ids have 74 random bits, and only who is shown the picture is told the attempt: a public address cannot be
    guessed, and another picture has another one.
    """
    return f"{PUBLIC if public else VERIFIED}{file_id}/{attempt}/{size}"


def verified_keys(file_id: str, attempt: str, sizes: Iterable[int], *, public: bool) -> list[str]:
    """All that an attempt keeps."""
    return [verified_key(file_id, attempt), *(picture_key(file_id, attempt, size, public=public) for size in sizes)]

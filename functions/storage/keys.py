"""The keys of objects in the bucket.

What is uploaded is under `pending/`, which signed forms reach. What was verified is under `files/`, which no form
reaches: bytes that are put over a completed file are never served.
"""

from __future__ import annotations

from collections.abc import Iterable

BUCKET = "files"
PENDING = "pending/"
VERIFIED = "files/"
ORIGINAL = "original"


def upload_key(file_id: str) -> str:
    """Where the signed form puts a file."""
    return f"{PENDING}{file_id}"


def verified_key(file_id: str, attempt: str, variant: str = ORIGINAL) -> str:
    """Where an attempt to complete a file keeps what it has verified, whole or in one of its sizes."""
    return f"{VERIFIED}{file_id}/{attempt}/{variant}"


def verified_keys(file_id: str, attempt: str, sizes: Iterable[int]) -> list[str]:
    """All that an attempt keeps."""
    return [verified_key(file_id, attempt, variant) for variant in (ORIGINAL, *map(str, sizes))]

"""Addresses of pictures: the one place where they are made."""

from __future__ import annotations

from datetime import timedelta

from storage.keys import VERIFIED
from storage.names import disposition
from storage.providers.registry import StoreRegistry
from storage.records import StoredFile

ADDRESS_LASTS = timedelta(minutes=5)
WEBP = "image/webp"
"""The type of all smaller pictures."""


def picture_of(file: StoredFile) -> str:
    """What an object keeps of a picture, for `picture_address`."""
    return f"{file.file_id}/{file.attempt}"


def picture_address(stores: StoreRegistry, picture: str, size: int) -> str:
    """An address of a picture in one of its sizes, for five minutes."""
    return stores.store.sign_download(
        f"{VERIFIED}{picture}/{size}",
        content_type=WEBP,
        disposition=disposition("picture", WEBP).header,
        lasts=ADDRESS_LASTS,
    )

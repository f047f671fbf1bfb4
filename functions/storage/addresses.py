"""Addresses of public pictures: the one place where they are made.

Where the stage has a distribution, an address is its domain and the key: nothing is signed, and no client is needed. It
stays the same as long as the picture does, so apps and browsers keep what they have seen. Elsewhere it is signed.
"""

from __future__ import annotations

from datetime import timedelta

from solo60 import settings
from storage.keys import BUCKET, PUBLIC
from storage.names import disposition
from storage.providers.registry import StoreRegistry
from storage.records import StoredFile

ADDRESS_LASTS = timedelta(minutes=5)
"""Of a signed address."""
WEBP = "image/webp"
"""The type of all smaller pictures."""


def picture_of(file: StoredFile) -> str:
    """What an object keeps of a picture, for `picture_address`."""
    return f"{file.file_id}/{file.attempt}"


def picture_address(stores: StoreRegistry, picture: str, size: int) -> str:
    """An address of a public picture in one of its sizes, for at least five minutes."""
    domain = settings.read(settings.distribution_variable(BUCKET), "")
    if domain:
        return f"https://{domain}/{picture}/{size}"
    return stores.store.sign_download(
        f"{PUBLIC}{picture}/{size}",
        content_type=WEBP,
        disposition=disposition("picture", WEBP).header,
        lasts=ADDRESS_LASTS,
    )

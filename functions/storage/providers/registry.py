"""The store of the stage."""

from __future__ import annotations

from collections.abc import Callable

from solo60 import settings
from storage.providers.port import ObjectStore

STORE_SETTING = "FILE_STORE"


def _s3() -> ObjectStore:
    from storage.providers.s3 import S3Store

    return S3Store()


_STORES: dict[str, Callable[[], ObjectStore]] = {"s3": _s3}


class StoreRegistry:
    """The stage's store, by its name in a setting."""

    def __init__(self) -> None:
        name = settings.read(STORE_SETTING)
        if name not in _STORES:
            raise ValueError(f"{STORE_SETTING} may be one of {sorted(_STORES)}; it says {name}")
        self.store: ObjectStore = _STORES[name]()

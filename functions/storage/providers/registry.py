"""The store of the stage."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from solo60 import settings
from storage.providers.port import ObjectStore

STORE_SETTING = "FILE_STORE"
STORES = r"s3|console|folder:/.*"
"""What the setting may be: the folder's path is absolute."""


def _s3(_: str) -> ObjectStore:
    from storage.providers.s3 import S3Store

    return S3Store()


def _console(_: str) -> ObjectStore:
    from storage.providers.console import console_store

    return console_store()


def _folder(path: str) -> ObjectStore:
    from storage.providers.folder import folder_store

    return folder_store(Path(path))


_STORES: dict[str, Callable[[str], ObjectStore]] = {"s3": _s3, "console": _console, "folder": _folder}


class StoreRegistry:
    """The stage's store, from a setting such as `s3` or `folder:/tmp/files`."""

    def __init__(self) -> None:
        setting = settings.read(STORE_SETTING)
        if not re.fullmatch(STORES, setting):
            raise ValueError(f"{STORE_SETTING} may be {STORES}; it says {setting}")
        name, _, place = setting.partition(":")
        self.store: ObjectStore = _STORES[name](place)

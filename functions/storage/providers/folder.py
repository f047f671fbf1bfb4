"""Files in a folder of this machine, for development: whatever members upload can be looked at.

The folder is served by `python -m infra_cdk.local.file_server`, which leaves its address and its secret in there.
"""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path

from pydantic_core import from_json

from solo60.failures import LoggableError
from storage.providers.served import ServedStore

SERVER = ".server.json"
_KEY = re.compile(r"[A-Za-z0-9_-]{1,100}(/[A-Za-z0-9_-]{1,100}){0,7}")


class UnsafeKey(LoggableError):
    """A key that is no path of plain names: it could lead out of the folder."""


class NotServed(LoggableError):
    """The folder has no server."""


class FolderObjects:
    """Each object is a file, below the folder at the path that its key is."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def size_of(self, key: str) -> int | None:
        """The size of the file."""
        path = self._path(key)
        return path.stat().st_size if path.is_file() else None

    def read(self, key: str, limit: int | None = None) -> bytes:
        """The beginning of the file, or all of it."""
        try:
            with self._path(key).open("rb") as file:
                return file.read(-1 if limit is None else limit)
        except FileNotFoundError:
            return b""

    def write(self, key: str, content: bytes) -> None:
        """Put the file in one step: readers find the old or the new one."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._folder, prefix=".", delete=False) as draft:
            draft.write(content)
        os.replace(draft.name, path)

    def delete(self, key: str) -> None:
        """Remove the file."""
        with suppress(FileNotFoundError):
            self._path(key).unlink()

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise UnsafeKey("a key is names of letters, digits, - and _ with / between them")
        return self._folder / key


def folder_store(folder: Path) -> ServedStore:
    """The store of a folder that is being served.

    Raises
    ------
    NotServed
        It is not.
    """
    try:
        server = from_json((folder / SERVER).read_text())
    except FileNotFoundError:
        raise NotServed("start python -m infra_cdk.local.file_server for the folder") from None
    return ServedStore(FolderObjects(folder), server["address"], server["secret"])

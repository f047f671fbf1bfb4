"""Which sources have changed since one last looked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_SUFFIXES_OF_NO_SOURCE = {".pyc", ".swp", ".tmp"}

Stamp = tuple[int, int]


class Sources:
    """The files below some folders.

    They are looked at, not watched: a thousand of them take some milliseconds, and that works the same on every
    system, without another dependency.

    Parameters
    ----------
    roots
        Folders.
    """

    def __init__(self, *roots: Path) -> None:
        self._roots = roots
        self._seen = dict(self._look())

    def changed(self) -> frozenset[Path]:
        """Files that were written, made or removed since the last call."""
        seen, self._seen = self._seen, dict(self._look())
        return frozenset(path for path in seen.keys() | self._seen.keys() if seen.get(path) != self._seen.get(path))

    def _look(self) -> Iterator[tuple[Path, Stamp]]:
        for root in self._roots:
            for path in root.rglob("*"):
                if path.suffix in _SUFFIXES_OF_NO_SOURCE or path.name.startswith(".") or path.name.endswith("~"):
                    continue
                if "__pycache__" in path.parts:
                    continue
                try:
                    found = path.stat()
                except FileNotFoundError:
                    continue
                if path.is_file():
                    yield path, (found.st_mtime_ns, found.st_size)

"""Files in the memory of one process, with a line in the log for whatever happens to them.

For use cases that are run in one process without a bucket and without a folder. Nothing serves it: forms and addresses
are valid, but lead nowhere.
"""

from __future__ import annotations

import secrets

from solo60 import observability
from storage.providers.served import ServedStore

ADDRESS = "console:"


class ConsoleObjects:
    """Bytes by key. The log says keys and sizes, never what is inside."""

    def __init__(self) -> None:
        self._contents: dict[str, bytes] = {}

    def size_of(self, key: str) -> int | None:
        """The bytes of an object."""
        content = self._contents.get(key)
        return None if content is None else len(content)

    def read(self, key: str, limit: int | None = None) -> bytes:
        """The beginning of an object, or all of it."""
        return self._contents.get(key, b"")[:limit]

    def write(self, key: str, content: bytes) -> None:
        """Keep an object until the process ends."""
        self._contents[key] = content
        self._say("file written", key, len(content))

    def delete(self, key: str) -> None:
        """Forget an object."""
        if self._contents.pop(key, None) is not None:
            self._say("file deleted", key, None)

    def _say(self, what: str, key: str, size: int | None) -> None:
        observability.logger().info(what, extra={"object": {"key": key, "size": size}})


def console_store() -> ServedStore:
    """A new, empty store."""
    return ServedStore(ConsoleObjects(), ADDRESS, secrets.token_hex())

"""The AWS emulator as a process: `python -m infra_cdk.local.engine`, configured by MiniStack's own variables.

It is MiniStack as published, plus three things from the outside: it ends with its parent, it unpacks a layer once
instead of once a worker (as on AWS, where /opt is shared and read-only), and its list of sent mail shows attachments.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from pathlib import Path
from threading import Lock
from typing import Any

from infra_cdk.local.inbox_attachments import InboxWithAttachments
from infra_cdk.local.processes import end_with_parent

_SHARE_FROM_BYTES = 256 * 1024


class SharedLayers:
    """Stands in for the `zipfile` module in MiniStack's Lambda runtime."""

    BadZipFile = zipfile.BadZipFile
    LargeFileError = zipfile.LargeZipFile
    LargeZipFile = zipfile.LargeZipFile

    def __init__(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="solo60-layers-"))
        self._unpacked: dict[str, Path] = {}
        self._lock = Lock()

    def ZipFile(self, file: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N802 - the name that it stands in for
        """The archive itself, or for a layer one whose extraction is a link to what is unpacked already."""
        path = Path(file)
        if not path.name.startswith("layer_") or path.stat().st_size < _SHARE_FROM_BYTES:
            return zipfile.ZipFile(file, *args, **kwargs)
        return _Linked(self._unpack(path))

    def _unpack(self, path: Path) -> Path:
        with self._lock:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            if digest not in self._unpacked:
                home = self._home / digest[:16]
                with zipfile.ZipFile(path) as archive:
                    archive.extractall(home)
                self._unpacked[digest] = home
            path.unlink()
            return self._unpacked[digest]


class _Linked:
    def __init__(self, unpacked: Path) -> None:
        self._unpacked = unpacked

    def __enter__(self) -> _Linked:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def namelist(self) -> list[str]:
        return []

    def extractall(self, target: str) -> None:
        os.rmdir(target)
        os.symlink(self._unpacked, target)


def main() -> None:
    """Serve until asked to end."""
    end_with_parent()
    import ministack.app
    import ministack.core.lambda_runtime

    ministack.core.lambda_runtime.zipfile = SharedLayers()
    ministack.app.app = InboxWithAttachments(ministack.app.app)
    ministack.app.main()


if __name__ == "__main__":
    main()

"""The port of file stores: what the service needs of S3, of a folder and of a console.

A store keeps objects by key: names of ASCII letters, digits, `-` and `_`, with `/` between them. Strangers reach it by
signed forms and addresses alone, for a limited time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol


@dataclass(frozen=True)
class UploadForm:
    """A form that puts one object: its fields in this order, then the file as `file`, as multipart/form-data."""

    url: str
    fields: Mapping[str, str]


class ObjectStore(Protocol):
    """Keeps objects by key."""

    def sign_upload(self, key: str, *, content_type: str, size: int, lasts: timedelta) -> UploadForm:
        """A form that puts exactly `size` bytes of this type at this key, and nothing else."""

    def sign_download(self, key: str, *, content_type: str, disposition: str, lasts: timedelta) -> str:
        """An address at which the object is read, with these values of `Content-Type` and `Content-Disposition`."""

    def size_of(self, key: str) -> int | None:
        """The bytes of an object; None if there is none."""

    def read(self, key: str, limit: int) -> bytes:
        """The first `limit` bytes of an object, empty if there is none."""

    def write(self, key: str, content: bytes, content_type: str) -> None:
        """Put an object, in the place of another one if there is one."""

    def delete(self, keys: Sequence[str]) -> None:
        """Remove objects, and pass over those that do not exist."""

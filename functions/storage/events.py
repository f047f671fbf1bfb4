"""Events that the storage service publishes."""

from __future__ import annotations

from typing import ClassVar

from solo60.events import Event


class StorageEvent(Event):
    """Base of the service's events."""

    SOURCE: ClassVar[str] = "storage"


class FileDeleted(StorageEvent):
    """A file is deleted: whoever refers to it lets it go.

    Attributes
    ----------
    attached_to
        What it belonged to, `user#<id>`; None if to nothing.
    """

    file_id: str
    owner_id: str
    purpose: str
    attached_to: str | None

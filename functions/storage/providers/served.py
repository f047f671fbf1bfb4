"""Stores that have no server of their own: whoever serves them verifies what they have signed.

S3 verifies the forms and addresses of `S3Store` itself. For a folder `infra_cdk.local.file_server` does it, by `accept`
and `serve`, as Rails' DiskController does for the disk service of Active Storage.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from itsdangerous import BadSignature, URLSafeSerializer

from solo60 import clock
from storage.providers.port import UploadForm

TICKET = "ticket"
"""The field of a form, and the parameter of an address, that says what is allowed."""


class TicketRefused(Exception):
    """What was asked for is not signed, not signed for this, or not any more."""


@dataclass(frozen=True)
class Served:
    """An object as it is answered to a reader."""

    content: bytes
    content_type: str
    disposition: str


class Objects(Protocol):
    """Where the bytes are."""

    def size_of(self, key: str) -> int | None:
        """As `ObjectStore.size_of`."""

    def read(self, key: str, limit: int | None = None) -> bytes:
        """As `ObjectStore.read`; without a limit, all bytes."""

    def write(self, key: str, content: bytes) -> None:
        """As `ObjectStore.write`."""

    def delete(self, key: str) -> None:
        """Remove an object if there is one."""


class ServedStore:
    """Objects behind signed tickets.

    Parameters
    ----------
    address
        Where they are served.
    secret
        What tickets are signed with; the server has the same one.
    """

    def __init__(self, objects: Objects, address: str, secret: str) -> None:
        self._objects, self._address = objects, address
        self._signer = URLSafeSerializer(secret, salt="file-tickets")

    def sign_upload(self, key: str, *, content_type: str, size: int, lasts: timedelta) -> UploadForm:
        """A form whose ticket fixes key, type and size."""
        ticket = self._ticket("put", lasts, key=key, type=content_type, size=size)
        return UploadForm(f"{self._address}/", {"Content-Type": content_type, TICKET: ticket})

    def sign_download(self, key: str, *, content_type: str, disposition: str, lasts: timedelta) -> str:
        """An address whose ticket fixes key, type and disposition."""
        ticket = self._ticket("get", lasts, key=key, type=content_type, disposition=disposition)
        return f"{self._address}/{key}?{TICKET}={ticket}"

    def accept(self, fields: Mapping[str, str], content: bytes) -> None:
        """Put what was posted with a form.

        Raises
        ------
        TicketRefused
            The form does not allow it.
        """
        allowed = self._allowed("put", fields.get(TICKET, ""))
        if fields.get("Content-Type") != allowed["type"] or len(content) != allowed["size"]:
            raise TicketRefused
        self._objects.write(allowed["key"], content)

    def serve(self, key: str, ticket: str) -> Served | None:
        """The object at an address; None if there is none any more.

        Raises
        ------
        TicketRefused
            The address does not allow it.
        """
        allowed = self._allowed("get", ticket)
        if key != allowed["key"]:
            raise TicketRefused
        if self._objects.size_of(key) is None:
            return None
        return Served(self._objects.read(key), allowed["type"], allowed["disposition"])

    def size_of(self, key: str) -> int | None:
        """The bytes of an object."""
        return self._objects.size_of(key)

    def read(self, key: str, limit: int) -> bytes:
        """The beginning of an object."""
        return self._objects.read(key, limit)

    def write(self, key: str, content: bytes, content_type: str) -> None:
        """Put an object. Its type is in the addresses alone."""
        del content_type
        self._objects.write(key, content)

    def delete(self, keys: Sequence[str]) -> None:
        """Remove objects."""
        for key in keys:
            self._objects.delete(key)

    def _ticket(self, may: str, lasts: timedelta, **what: str | int) -> str:
        until = clock.to_sortable(clock.now() + lasts)
        return str(self._signer.dumps({"may": may, "until": until, **what}))

    def _allowed(self, may: str, ticket: str) -> dict[str, Any]:
        try:
            allowed: dict[str, Any] = self._signer.loads(ticket)
        except BadSignature:
            raise TicketRefused from None
        if allowed["may"] != may or allowed["until"] <= clock.to_sortable(clock.now()):
            raise TicketRefused
        return allowed

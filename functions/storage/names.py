"""Names of files in headers: whatever a member calls a file is harmless there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from storage.purposes import PICTURE_TYPES

EXTENSIONS = {
    "application/json": ("json",),
    "application/pdf": ("pdf",),
    "application/zip": ("zip",),
    "image/gif": ("gif",),
    "image/jpeg": ("jpg", "jpeg", "jpe", "jfif"),
    "image/png": ("png",),
    "image/webp": ("webp",),
    "text/csv": ("csv",),
}
LONGEST_STEM = 100
"""Percent-encoded twice, on the way through a signed address, a character may take twenty."""


@dataclass(frozen=True)
class Disposition:
    """How a file is shown, and under which name."""

    name: str
    header: str


def disposition(name: str, content_type: str) -> Disposition:
    """The `Content-Disposition` (RFC 6266) of a file: only pictures that we have encoded are shown in a page."""
    shown = "inline" if content_type in PICTURE_TYPES else "attachment"
    safe = safe_name(name, content_type)
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", safe)
    return Disposition(safe, f"{shown}; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}")


def neutral_name(purpose: str, content_type: str) -> str:
    """The name of a file for those who do not own it: what its owner calls it is nobody else's business.

    Examples
    --------
    ``neutral_name("gym_picture", "image/png")`` is ``"gym-picture.png"``.
    """
    return safe_name(purpose.replace("_", "-"), content_type)


def safe_name(name: str, content_type: str) -> str:
    """The last part of a path, shortened, with an extension of the file's real type.

    Examples
    --------
    ``safe_name("../../etc/invoice.html", "application/pdf")`` is ``"invoice.html.pdf"``.
    """
    visible = "".join(character for character in name if character.isprintable())
    last = re.split(r"[/\\:]", visible)[-1].strip(" .")
    extensions = EXTENSIONS[content_type]
    stem, dot, extension = last.rpartition(".")
    if not dot or extension.lower() not in extensions:
        stem, extension = last, extensions[0]
    return f"{stem[:LONGEST_STEM].strip(' .') or 'file'}.{extension.lower()}"

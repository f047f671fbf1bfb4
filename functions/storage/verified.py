"""What the look at uploaded bytes ends in: what is kept of them, or why they are rejected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Reason(StrEnum):
    """Why an upload is rejected."""

    WRONG_SIZE = "wrong_size"
    WRONG_TYPE = "wrong_type"
    DAMAGED = "damaged"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_FRAMES = "too_many_frames"
    TOO_COMPLEX = "too_complex"
    TOO_LARGE = "too_large"
    UNSAFE = "unsafe"

    @property
    def text(self) -> str:
        """A sentence for people."""
        return _TEXTS[self]


_TEXTS: Mapping[Reason, str] = {
    Reason.WRONG_SIZE: "The file does not have the declared size.",
    Reason.WRONG_TYPE: "The file is not of the declared type.",
    Reason.DAMAGED: "The file is damaged or incomplete.",
    Reason.TOO_MANY_PIXELS: "The picture has more than 40 megapixels in all its frames.",
    Reason.TOO_MANY_FRAMES: "The picture has more than 100 frames.",
    Reason.TOO_COMPLEX: "The picture is made of too many scans or blocks.",
    Reason.TOO_LARGE: "The picture is too large when it is stored without tricks of compression.",
    Reason.UNSAFE: "The document has something else before its beginning or behind its end.",
}


class Unacceptable(Exception):
    """The bytes are not what was declared, or nothing that is accepted."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason.value)


@dataclass(frozen=True)
class Verified:
    """What is kept of an upload.

    Attributes
    ----------
    content
        In the declared type.
    sizes
        Pictures in WebP by their longer side.
    """

    content: bytes
    width: int | None = None
    height: int | None = None
    sizes: Mapping[int, bytes] = field(default_factory=dict)

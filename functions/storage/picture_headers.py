"""Reads from the structure of a picture file how much there is to decode, without decoding anything."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from PIL import Image

ENOUGH_FRAMES = 1_000
"""Beyond it nothing is counted any more."""


class HeaderUnreadable(Exception):
    """The structure is broken, or ends too early."""


@dataclass(frozen=True)
class Header:
    """How much there is to decode."""

    width: int
    height: int
    frames: int = 1


def read_header(content: bytes, kind: str) -> Header:
    """The size and the number of frames of a picture.

    Parameters
    ----------
    kind
        `JPEG`, `PNG`, `WEBP` or `GIF`.

    Raises
    ------
    HeaderUnreadable
        It is no such picture.
    """
    try:
        return _READERS[kind](content)
    except (struct.error, IndexError):
        raise HeaderUnreadable from None


def _jpeg(content: bytes) -> Header:
    # Opening reads the segments before the pixels. Further pictures of a camera behind the first are not decoded.
    with Image.open(io.BytesIO(content), formats=["JPEG"]) as picture:
        return Header(picture.width, picture.height)


def _png(content: bytes) -> Header:
    if content[:8] != b"\x89PNG\r\n\x1a\n" or content[12:16] != b"IHDR":
        raise HeaderUnreadable
    width, height = struct.unpack(">II", content[16:24])
    frames = 1
    for name, start, length in _chunks_of_png(content):
        if name == b"acTL" and length >= 4:
            frames = struct.unpack(">I", content[start : start + 4])[0]
        if name == b"IDAT":
            break
    return Header(width, height, frames)


def _chunks_of_png(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    position = 8
    while position + 8 <= len(content):
        (length,) = struct.unpack(">I", content[position : position + 4])
        yield content[position + 4 : position + 8], position + 8, length
        position += 12 + length


def _webp(content: bytes) -> Header:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        raise HeaderUnreadable
    size, frames, position = None, 0, 12
    while position + 8 <= len(content) and frames <= ENOUGH_FRAMES:
        name = content[position : position + 4]
        (length,) = struct.unpack("<I", content[position + 4 : position + 8])
        data = content[position + 8 : position + 8 + 16]
        if name == b"ANMF":
            frames += 1
        elif size is None and name in _WEBP_SIZES:
            size = _WEBP_SIZES[name](data)
        position += 8 + length + length % 2
    if size is None:
        raise HeaderUnreadable
    return Header(*size, max(frames, 1))


def _size_extended(data: bytes) -> tuple[int, int]:
    return int.from_bytes(data[4:7], "little") + 1, int.from_bytes(data[7:10], "little") + 1


def _size_lossy(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack("<HH", data[6:10])
    return width & 0x3FFF, height & 0x3FFF


def _size_lossless(data: bytes) -> tuple[int, int]:
    (bits,) = struct.unpack("<I", data[1:5])
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


_WEBP_SIZES: Mapping[bytes, Callable[[bytes], tuple[int, int]]] = {
    b"VP8X": _size_extended,
    b"VP8 ": _size_lossy,
    b"VP8L": _size_lossless,
}


def _gif(content: bytes) -> Header:
    if content[:6] not in {b"GIF87a", b"GIF89a"}:
        raise HeaderUnreadable
    width, height, flags = struct.unpack("<HHB", content[6:11])
    position = 13 + _colours(flags)
    frames = 0
    while content[position] != 0x3B and frames <= ENOUGH_FRAMES:
        if content[position] == 0x21:
            position = _after_blocks(content, position + 2)
        elif content[position] == 0x2C:
            left, top, wide, high, flags = struct.unpack("<HHHHB", content[position + 1 : position + 10])
            # A frame that reaches over the edge makes the decoder's canvas larger.
            width, height = max(width, left + wide), max(height, top + high)
            frames += 1
            position = _after_blocks(content, position + 11 + _colours(flags))
        else:
            raise HeaderUnreadable
    if not frames:
        raise HeaderUnreadable
    return Header(width, height, frames)


def _colours(flags: int) -> int:
    """The bytes of a table of colours, if there is one."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _after_blocks(content: bytes, position: int) -> int:
    while content[position]:
        position += content[position] + 1
    return position + 1


_READERS: Mapping[str, Callable[[bytes], Header]] = {"JPEG": _jpeg, "PNG": _png, "WEBP": _webp, "GIF": _gif}

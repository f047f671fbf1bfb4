"""Reads from the structure of a picture file how much there is to decode, without decoding anything."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

ENOUGH_FRAMES = 1_000
"""Beyond it nothing is counted any more."""
MAX_PARTS = 20_000
"""Segments, chunks or blocks: a decoder spends time and memory on each. A large PNG of small chunks has some 4,000."""
MAX_PADDING = 64
"""Bytes between two segments before the first scan of a JPEG, which Pillow skips one by one."""


class HeaderUnreadable(Exception):
    """The structure is broken, or ends too early."""


class TooManyParts(Exception):
    """It is made of more parts than a picture needs."""


@dataclass(frozen=True)
class Header:
    """How much there is to decode.

    Attributes
    ----------
    scans
        Of a JPEG: each one goes over the whole picture again.
    """

    width: int
    height: int
    frames: int = 1
    scans: int = 1


def read_header(content: bytes, kind: str) -> Header:
    """The size of a picture, and the number of its frames and scans.

    Parameters
    ----------
    kind
        `JPEG`, `PNG`, `WEBP` or `GIF`.

    Raises
    ------
    HeaderUnreadable
        It is no such picture.
    TooManyParts
        It has more than `MAX_PARTS` segments, chunks or blocks.
    """
    try:
        return _READERS[kind](content)
    except (struct.error, IndexError):
        raise HeaderUnreadable from None


def _jpeg(content: bytes) -> Header:
    if content[:2] != b"\xff\xd8":
        raise HeaderUnreadable
    size, scans = None, 0
    for marker, start in _segments_of_jpeg(content):
        if size is None and marker in _FRAMES_OF_JPEG:
            height, width = struct.unpack(">HH", content[start + 3 : start + 7])
            size = width, height
        scans += marker == _SCAN_OF_JPEG
    if size is None:
        raise HeaderUnreadable
    return Header(*size, scans=scans)


_SCAN_OF_JPEG, _END_OF_JPEG = 0xDA, 0xD9
_FRAMES_OF_JPEG = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MARKER_OF_JPEG = re.compile(rb"\xff[\xc0-\xcf\xd8-\xfe]")
"""Of a segment, or of the end: within the pixels 0xFF stands only before zero, or in a marker to restart at."""


def _segments_of_jpeg(content: bytes) -> Iterator[tuple[int, int]]:
    """The markers up to the end of the picture, each with the place behind it.

    Further pictures of a camera behind the first are not decoded.
    """
    position, parts, in_header = 2, 0, True
    while found := _MARKER_OF_JPEG.search(content, position):
        marker, start = content[found.end() - 1], found.end()
        if in_header and start - position > MAX_PADDING:
            raise HeaderUnreadable
        if marker == _END_OF_JPEG:
            return
        parts = _one_more(parts)
        yield marker, start
        in_header = in_header and marker != _SCAN_OF_JPEG
        (length,) = struct.unpack(">H", content[start : start + 2])
        position = start + max(length, 2)


def _one_more(parts: int) -> int:
    if parts == MAX_PARTS:
        raise TooManyParts
    return parts + 1


def _png(content: bytes) -> Header:
    if content[:8] != b"\x89PNG\r\n\x1a\n" or content[12:16] != b"IHDR":
        raise HeaderUnreadable
    width, height = struct.unpack(">II", content[16:24])
    frames, profiles, pixels = 1, 0, False
    for name, start, length in _chunks_of_png(content):
        pixels = pixels or name == b"IDAT"
        if name == b"acTL" and length >= 4 and not pixels:
            frames = struct.unpack(">I", content[start : start + 4])[0]
        # A picture has one at most, and Pillow inflates each.
        profiles += name == b"iCCP"
    if profiles > 1:
        raise HeaderUnreadable
    return Header(width, height, frames)


def _chunks_of_png(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    position, parts, name = 8, 0, b""
    while position + 8 <= len(content) and name != b"IEND":
        (length,) = struct.unpack(">I", content[position : position + 4])
        name = content[position + 4 : position + 8]
        parts = _one_more(parts)
        yield name, position + 8, length
        position += 12 + length


def _webp(content: bytes) -> Header:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        raise HeaderUnreadable
    size, frames, position, parts = None, 0, 12, 0
    while position + 8 <= len(content) and frames <= ENOUGH_FRAMES:
        parts = _one_more(parts)
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
    frames = parts = 0
    while content[position] != 0x3B and frames <= ENOUGH_FRAMES:
        parts = _one_more(parts)
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

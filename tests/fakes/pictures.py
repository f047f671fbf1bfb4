"""Pictures and documents as members upload them, good and bad."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from functools import cache
from itertools import pairwise
from typing import Any

from PIL import Image

TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


@cache
def _pixels(width: int, height: int) -> Image.Image:
    small = Image.radial_gradient("L").resize((width, height))
    return Image.merge("RGB", (small, small.transpose(Image.Transpose.FLIP_LEFT_RIGHT), small))


def picture(kind: str, width: int = 120, height: int = 90, *, frames: int = 1, **options: Any) -> bytes:
    """A picture of a type of Pillow: `JPEG`, `PNG`, `WEBP`, `GIF`."""
    target = io.BytesIO()
    if frames > 1:
        rest = [_pixels(width, height).rotate(3 * number) for number in range(1, frames)]
        options |= {"save_all": True, "append_images": rest, "duration": 80}
    _pixels(width, height).save(target, kind, **options)
    return target.getvalue()


def png_of(width: int, height: int, *more: tuple[bytes, bytes]) -> bytes:
    """A PNG whose header says this size, with further chunks and one line of pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), *more, (b"IDAT", zlib.compress(b"\0")), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_with(times: int, name: bytes, data: bytes = b"") -> bytes:
    """A PNG that has a chunk so many times before its pixels."""
    content = picture("PNG")
    return content[:33] + _chunk(name, data) * times + content[33:]


def jpeg_with_scans(more: int, width: int = 120, height: int = 90) -> bytes:
    """A progressive JPEG whose shortest scan is repeated so many times."""
    content = picture("JPEG", width, height, progressive=True)
    ends = [found.start() for found in re.finditer(rb"\xff[\xc0-\xcf\xd8-\xfe]", content)]
    scans = [content[start:end] for start, end in pairwise(ends) if content[start + 1] == 0xDA]
    return content[:-2] + min(scans, key=len) * more + content[-2:]


def archive() -> bytes:
    """A ZIP."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        packed.writestr("run.sh", "echo")
    return target.getvalue()


def opened(content: bytes) -> Image.Image:
    """A picture, decoded."""
    found = Image.open(io.BytesIO(content))
    found.load()
    return found

"""Pictures: bounded by their header, decoded whole, encoded anew without anything but pixels."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps

from solo60 import observability
from solo60.failures import describe
from storage.picture_headers import Header, HeaderUnreadable, TooManyParts, read_header
from storage.verified import Reason, Unacceptable, Verified

MAX_PIXELS = 40_000_000
"""Of all frames together."""
MAX_FRAMES = 100
MAX_SCANS = 64
"""Of a JPEG. Ordinary progressive ones have about ten."""
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF"}
_QUALITY = 88


@dataclass(frozen=True)
class _Decoded:
    frames: list[Image.Image]
    durations: list[int]
    """In milliseconds."""
    loops: int

    @property
    def first(self) -> Image.Image:
        return self.frames[0]


def encode_anew(content: bytes, *, content_type: str, sizes: Sequence[int], square: bool) -> Verified:
    """Decode a picture and encode it in the same type, and in smaller sizes as WebP.

    Parameters
    ----------
    sizes
        The longer sides in pixels. Nothing is enlarged.
    square
        Whether the sizes are cut to a square.

    Raises
    ------
    Unacceptable
        It is too large or too complex, damaged or of another type.
    """
    kind = _FORMATS[content_type]
    try:
        _require_bounded(read_header(content, kind))
        decoded = _decode(content, kind)
        return Verified(
            _encoded(decoded, kind),
            decoded.first.width,
            decoded.first.height,
            {size: _smaller(decoded.first, size, square) for size in sizes},
        )
    except Unacceptable:
        raise
    except Image.DecompressionBombError:
        raise Unacceptable(Reason.TOO_MANY_PIXELS) from None
    except TooManyParts:
        raise Unacceptable(Reason.TOO_COMPLEX) from None
    except HeaderUnreadable:
        raise Unacceptable(Reason.DAMAGED) from None
    except Exception as error:  # noqa: BLE001 - a decoder of strangers' bytes may raise anything
        observability.logger().info("picture rejected", extra={"why": describe(error)})
        raise Unacceptable(Reason.DAMAGED) from None


def _require_bounded(header: Header) -> None:
    if header.frames > MAX_FRAMES:
        raise Unacceptable(Reason.TOO_MANY_FRAMES)
    if header.width * header.height * header.frames > MAX_PIXELS:
        raise Unacceptable(Reason.TOO_MANY_PIXELS)
    if header.scans > MAX_SCANS:
        raise Unacceptable(Reason.TOO_COMPLEX)


def _decode(content: bytes, kind: str) -> _Decoded:
    with Image.open(io.BytesIO(content), formats=[kind]) as picture:
        count = 1 if kind == "JPEG" else getattr(picture, "n_frames", 1)
        # The decoder may count other frames than the header: what it would decode is what has to be bounded.
        _require_bounded(Header(picture.width, picture.height, count))
        if count == 1:
            picture.load()
            return _Decoded([_plain(ImageOps.exif_transpose(_in_srgb(picture)))], [0], 0)
        frames, durations = [], []
        for number in range(count):
            picture.seek(number)
            picture.load()
            frames.append(picture.convert("RGBA"))
            durations.append(int(picture.info.get("duration", 100)))
        for frame in frames:
            frame.info.clear()
        return _Decoded(frames, durations, int(picture.info.get("loop", 0)))


def _in_srgb(picture: Image.Image) -> Image.Image:
    """The colours of a picture with a profile, in the one that is meant where there is none."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in {"RGB", "RGBA", "CMYK"}:
        return picture
    try:
        converted = ImageCms.profileToProfile(
            picture,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGBA" if picture.mode == "RGBA" else "RGB",
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return picture if converted is None else converted


def _plain(picture: Image.Image) -> Image.Image:
    """The pixels alone, in a mode that all our types have."""
    transparent = "A" in picture.getbands() or "transparency" in picture.info
    mode = "RGBA" if transparent else "L" if picture.mode in {"1", "L"} else "RGB"
    plain = picture.convert(mode) if picture.mode != mode else picture.copy()
    plain.info.clear()
    return plain


def _encoded(decoded: _Decoded, kind: str) -> bytes:
    target = io.BytesIO()
    first, *others = decoded.frames
    animated = (
        {"save_all": True, "append_images": others, "duration": decoded.durations, "loop": decoded.loops}
        if others
        else {}
    )
    match kind:
        case "JPEG":
            first.convert("RGB" if first.mode == "RGBA" else first.mode).save(target, kind, quality=_QUALITY)
        case "PNG":
            first.save(target, kind, compress_level=4, **animated)
        case "WEBP":
            first.save(target, kind, quality=_QUALITY, method=2, **animated)
        case _:
            first.save(target, kind, **animated)
    return target.getvalue()


def _smaller(picture: Image.Image, size: int, square: bool) -> bytes:
    box = (min(size, picture.width), min(size, picture.height))
    if square:
        side = min(*box)
        smaller = ImageOps.fit(picture, (side, side), Image.Resampling.LANCZOS)
    else:
        smaller = picture.copy()
        smaller.thumbnail(box, Image.Resampling.LANCZOS, reducing_gap=3.0)
    target = io.BytesIO()
    smaller.save(target, "WEBP", quality=80, method=4)
    return target.getvalue()

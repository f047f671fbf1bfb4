"""Where gyms are: the key that keeps near ones together, the ranges of keys around a point, exact distance.

Latitude and longitude are laid on a grid, and the bits of the two grid numbers interleaved (Z-order, as in a geohash or
a quadkey): cells of any size are then contiguous ranges of keys. A circle becomes the few ranges that cover its
cells; what they hold beyond the circle is dropped by exact distance.

The grid breaks at the antimeridian and squeezes at the poles. So the earth is cut into sheets, each a partition of
the index: eight strips of 45 degrees of longitude, and for each pole a plane that is centred on it. No circle of up
to 100 km touches more than two strips, or two strips and a plane.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

EARTH_RADIUS_KM = 6371.0088
MAX_RADIUS_KM = 100.0
CAP_LATITUDE = 85.0
"""From here to the pole the plane of that pole is used."""

_BITS = 24
"""Of each grid number: a cell is 1 to 2.5 m wide."""
_STRIP_BITS = 3
_FIRST_LONGITUDE = -30.0
"""Strips are counted from the mid-Atlantic: counted from Greenwich they would cut London in two."""
_CELLS_PER_SIDE = 6
_CAP_HALF_WIDTH = 6.0
_MARGIN = 1.01
"""The planes stretch distances across the pole's rays by up to 0.2 %; this is more than that."""


class KeyRange(NamedTuple):
    """A contiguous range of one sheet's keys, both ends included."""

    sheet: str
    low: str
    high: str


class _Box(NamedTuple):
    """Grid numbers of a rectangle on a sheet, both ends included."""

    sheet: str
    left: int
    right: int
    bottom: int
    top: int


def distance_metres(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Great-circle distance (haversine) on the mean sphere."""
    phi, other_phi = math.radians(latitude), math.radians(other_latitude)
    half = (
        math.sin((other_phi - phi) / 2) ** 2
        + math.cos(phi) * math.cos(other_phi) * math.sin(math.radians(other_longitude - longitude) / 2) ** 2
    )
    return 2000 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half)))


def place_key(latitude: float, longitude: float) -> tuple[str, str]:
    """The sheet of a point, and its Z-order on that sheet as text of fixed width."""
    if abs(latitude) > CAP_LATITUDE:
        x, y = (_cap_number(value) for value in _on_cap(latitude, longitude))
        return _cap_sheet(latitude), _digits(_interleaved(x, y))
    x = _column(longitude)
    strip, inside = divmod(x, 1 << (_BITS - _STRIP_BITS))
    return _strip_sheet(strip), _digits(_interleaved(inside, _row(latitude)))


def covering(latitude: float, longitude: float, radius_km: float, *, most: int = 4) -> list[KeyRange]:
    """Ranges of keys that together hold every point within `radius_km` of a point.

    Parameters
    ----------
    radius_km
        Up to 100.
    most
        How many ranges there may be. A circle that touches more sheets than that still gets one for each:
        up to two, or three where a polar plane begins.
    """
    if not 0 <= radius_km <= MAX_RADIUS_KM:
        raise ValueError(f"a radius is 0 to {MAX_RADIUS_KM} km, not {radius_km}")
    ranges: list[tuple[str, int, int]] = []
    area = 0
    for box in _boxes(latitude, longitude, radius_km):
        ranges += _ranges_of(box)
        area += (box.right - box.left + 1) * (box.top - box.bottom + 1)
    ranges.sort()
    while True:
        gaps = [
            (following[1] - present[2] - 1, number)
            for number, (present, following) in enumerate(pairwise(ranges))
            if present[0] == following[0]
        ]
        if not gaps:
            break
        gap, number = min(gaps)
        # A query costs more than reading over a gap that is no larger than the circle itself.
        if len(ranges) <= most and gap > area:
            break
        ranges[number : number + 2] = [(ranges[number][0], ranges[number][1], ranges[number + 1][2])]
    return [KeyRange(sheet, _digits(low), _digits(high)) for sheet, low, high in ranges]


def span_of(key_range: KeyRange) -> int:
    """How many of the finest cells a range holds: the measure by which a circle's density is estimated."""
    return int(key_range.high, 16) - int(key_range.low, 16) + 1


def _boxes(latitude: float, longitude: float, radius_km: float) -> Iterator[_Box]:
    angle = math.degrees(radius_km / EARTH_RADIUS_KM) * _MARGIN + 1e-5
    south, north = latitude - angle, latitude + angle
    if max(abs(south), abs(north)) > CAP_LATITUDE:
        u, v = _on_cap(latitude, longitude)
        yield _Box(_cap_sheet(latitude), *(_cap_number(n) for n in (u - angle, u + angle, v - angle, v + angle)))
    south, north = max(south, -CAP_LATITUDE), min(north, CAP_LATITUDE)
    if south <= north:
        # Meridians close in: the circle is widest nearer the pole than its centre is.
        spread = math.sin(math.radians(angle)) / math.cos(math.radians(min(abs(latitude), 89.0)))
        width = math.degrees(math.asin(min(1.0, spread)))
        bottom, top = _row(south), _row(north)
        for left, right in _columns(longitude - width, longitude + width):
            per_strip = 1 << (_BITS - _STRIP_BITS)
            for strip in range(left // per_strip, right // per_strip + 1):
                start = strip * per_strip
                yield _Box(
                    _strip_sheet(strip),
                    max(left, start) - start,
                    min(right, start + per_strip - 1) - start,
                    bottom,
                    top,
                )


def _columns(west: float, east: float) -> list[tuple[int, int]]:
    left, right = _column(west), _column(east)
    return [(left, right)] if left <= right else [(left, (1 << _BITS) - 1), (0, right)]


def _ranges_of(box: _Box) -> list[tuple[str, int, int]]:
    side = max(box.right - box.left, box.top - box.bottom) + 1
    shift = max(0, math.ceil(math.log2(side / _CELLS_PER_SIDE)))
    cells = sorted(
        _interleaved(x, y)
        for x in range(box.left >> shift, (box.right >> shift) + 1)
        for y in range(box.bottom >> shift, (box.top >> shift) + 1)
    )
    ranges: list[tuple[str, int, int]] = []
    for cell in cells:
        low, high = cell << 2 * shift, ((cell + 1) << 2 * shift) - 1
        if ranges and ranges[-1][2] + 1 == low:
            ranges[-1] = (box.sheet, ranges[-1][1], high)
        else:
            ranges.append((box.sheet, low, high))
    return ranges


def _column(longitude: float) -> int:
    return min(int((longitude - _FIRST_LONGITUDE) % 360 / 360 * (1 << _BITS)), (1 << _BITS) - 1)


def _row(latitude: float) -> int:
    return min(int((latitude + 90) / 180 * (1 << _BITS)), (1 << _BITS) - 1)


def _on_cap(latitude: float, longitude: float) -> tuple[float, float]:
    """Degrees from the pole, along and across the Greenwich meridian (azimuthal equidistant)."""
    distance, direction = 90 - abs(latitude), math.radians(longitude)
    return distance * math.cos(direction), distance * math.sin(direction)


def _cap_number(degrees: float) -> int:
    number = int((degrees + _CAP_HALF_WIDTH) / (2 * _CAP_HALF_WIDTH) * (1 << _BITS))
    return max(0, min(number, (1 << _BITS) - 1))


def _cap_sheet(latitude: float) -> str:
    return "PLACE#NORTH" if latitude > 0 else "PLACE#SOUTH"


def _strip_sheet(strip: int) -> str:
    return f"PLACE#{strip}"


def _interleaved(x: int, y: int) -> int:
    return _spread(x) << 1 | _spread(y)


def _spread(number: int) -> int:
    """The bits of a number of up to 32 bits, each followed by a zero on its left."""
    number = (number | number << 16) & 0x0000FFFF0000FFFF
    number = (number | number << 8) & 0x00FF00FF00FF00FF
    number = (number | number << 4) & 0x0F0F0F0F0F0F0F0F
    number = (number | number << 2) & 0x3333333333333333
    return (number | number << 1) & 0x5555555555555555


def _digits(code: int) -> str:
    return f"{code:0{_BITS // 2}x}"

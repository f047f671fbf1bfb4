"""The gyms nearest to a point."""

from __future__ import annotations

from gym.places import covering, distance_metres
from gym.profile import GymProfile, profile_of
from gym.repository import GymRepository

_QUERIES = 2
_READS = 200


def nearby(
    gyms: GymRepository, latitude: float, longitude: float, *, radius_km: float, limit: int, exclude: str | None = None
) -> list[tuple[GymProfile, float]]:
    """The active gyms nearest to a point, with their distance in km, the nearest first; at most two queries.

    Parameters
    ----------
    radius_km
        How far, up to 100.
    limit
        How many.
    exclude
        The id of a gym that is not wanted.

    Notes
    -----
    It looks at some two hundred gyms at most: where more are that near, any of them will do.
    """
    ranges = covering(latitude, longitude, radius_km, most=_QUERIES)
    found = []
    for gym in gyms.in_ranges(ranges, most=_READS).gyms:
        metres = distance_metres(latitude, longitude, gym.latitude, gym.longitude)
        if gym.id != exclude and metres <= radius_km * 1000:
            found.append((round(metres), gym.id, gym))
    found.sort(key=lambda each: each[:2])
    return [(profile_of(gym), metres / 1000) for metres, _, gym in found[:limit]]

"""Which gyms a search wants, by what a gym's own record tells."""

from __future__ import annotations

from gym.opening_hours import is_open_at
from gym.places import distance_metres
from gym.profile import address_line, profile_of
from gym.records import Gym
from gym.schemas import GymsQuery
from solo60.text import folded, matches, words


class Filter:
    """The conditions of a search that are decided gym by gym, the cheap ones first."""

    def __init__(self, query: GymsQuery) -> None:
        self._query = query
        self._words = words(query.text or "")
        self._equipment = {folded(item) for item in query.equipment}
        self._amenities = {folded(item) for item in query.amenities}

    @property
    def idle(self) -> bool:
        """Whether every gym passes."""
        query = self._query
        return query.lat is None and query.open_at is None and query.max_credits is None and not self._by_words

    @property
    def _by_words(self) -> bool:
        return bool(self._words or self._equipment or self._amenities)

    def metres_to(self, gym: Gym) -> float:
        """From the search's point; 0 without one."""
        query = self._query
        if query.lat is None or query.lon is None:
            return 0.0
        return distance_metres(query.lat, query.lon, gym.latitude, gym.longitude)

    def passes(self, gym: Gym) -> bool:
        """Whether a gym is wanted."""
        query = self._query
        if query.max_credits is not None and gym.credits_from > query.max_credits:
            return False
        if query.lat is not None and self.metres_to(gym) > query.radius * 1000:
            return False
        if self._amenities and not self._amenities <= {folded(amenity) for amenity in gym.amenities}:
            return False
        if self._equipment and not self._equipment <= _in_service(gym):
            return False
        if self._words and not matches(self._words, gym.name, address_line(gym.address), gym.description):
            return False
        return query.open_at is None or is_open_at(profile_of(gym), query.open_at)


def _in_service(gym: Gym) -> set[str]:
    items = [item for item in gym.equipment if item["in_service"]]
    return {folded(item["name"]) for item in items} | {folded(item["category"]) for item in items}

"""Search of gyms: combined filters, four orders, and pages that are stable while gyms change.

There are two ways to read gyms. Around a point, the ranges of the place index that cover the circle are read
completely, and filtered and ordered in memory. If the circle contains too many gyms, it is read in rings for the order
by distance. Other orders then read their own index, as they do without a point. Each request reads a limited number of
gyms. A page that ends because of the limit has a cursor, even if it has few rows.
"""

from __future__ import annotations

import math
import sys
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gym.filters import Filter
from gym.places import covering
from gym.published import GymProfile, profile_of
from gym.records import Gym
from gym.repository import AreaRead, GymRepository, Order, rank_of
from gym.schemas import GymsQuery, Sort

Bookable = Callable[[Sequence[GymProfile], datetime, datetime, int], set[str]]
"""Selects the gyms with a bookable start in a window: `session.published.bookable_gyms`."""

Position = tuple[Any, ...]
"""A gym's position in the order: metres and id, or its rank in an index."""

READ_AT_ONCE = 300
"""If a circle contains more gyms, it is not read at once. So many fit into the megabyte of one query."""
WALK_STEP = 250
WALK_STEPS = 2
_RING = 100
"""The minimum number of gyms that the next ring of a large circle should contain."""
_OVERHEAD = 2
"""Gyms that are read per gym in the circle, because the ranges cover more than the circle."""
_WORST_OVERHEAD = 8
_GYM_DAYS_PER_READ = 100
_BOOKABLE_READS = 2
_AFTER_ALL = "~"
"""Sorts after every id."""


@dataclass(frozen=True)
class Found:
    """A gym that was found, and its distance in metres; None without a point."""

    gym: Gym
    metres: int | None


@dataclass(frozen=True)
class Result:
    """A page of gyms and the position of the next page, None at the end."""

    gyms: list[Found]
    following: dict[str, Any] | None


@dataclass(frozen=True)
class _Candidates:
    """Gyms in order that meet all conditions except the bookable window.

    Attributes
    ----------
    cursor
        Makes the position of the next page from the last gym of a page.
    beyond
        The position after all these gyms, None if there are no more.
    """

    found: list[tuple[Position, Found]]
    cursor: Callable[[Position], dict[str, Any]]
    beyond: dict[str, Any] | None


class Search:
    """One request of a search.

    Parameters
    ----------
    bookable
        The last condition, for gyms that meet all others, in the order of the page.
    """

    def __init__(self, gyms: GymRepository, query: GymsQuery, bookable: Bookable) -> None:
        self._gyms = gyms
        self._query = query
        self._filter = Filter(query)
        self._bookable = bookable

    def page(self, position: dict[str, Any] | None, limit: int) -> Result:
        """The page of up to `limit` gyms that follows a position."""
        candidates = self._candidates(position or {}, limit)
        chosen, rest = self._first_bookable(candidates.found, limit + 1)
        following: dict[str, Any] | None
        if len(chosen) > limit:
            following = candidates.cursor(chosen[limit - 1][0])
        elif rest is not None:
            following = candidates.cursor(rest)
        else:
            following = candidates.beyond
        return Result([found for _, found in chosen[:limit]], following)

    def _candidates(self, position: dict[str, Any], limit: int) -> _Candidates:
        if self._query.order is Sort.DISTANCE:
            return self._nearest(position, limit)
        order, after = Order(self._query.order), position.get("after")
        if self._query.lat is not None and "walk" not in position:
            area = self._read_circle(self._query.radius, READ_AT_ONCE)
            if area.complete:
                found = self._admitted(area.gyms, lambda gym, _: (rank_of(gym, order),))
                rest = [each for each in found if after is None or each[0] > (after,)]
                return _Candidates(rest, lambda last: {"after": last[0]}, None)
        return self._walk(order, after, limit)

    def _read_circle(self, radius_km: float, most: int) -> AreaRead:
        query = self._query
        assert query.lat is not None
        assert query.lon is not None
        return self._gyms.in_ranges(covering(query.lat, query.lon, radius_km), most=most)

    def _admitted(
        self, gyms: Sequence[Gym], position_of: Callable[[Gym, int], Position]
    ) -> list[tuple[Position, Found]]:
        found = []
        for gym in gyms:
            if self._filter.passes(gym):
                metres = round(self._filter.metres_to(gym))
                found.append((position_of(gym, metres), Found(gym, None if self._query.lat is None else metres)))
        found.sort(key=lambda each: each[0])
        return found

    def _nearest(self, position: dict[str, Any], limit: int) -> _Candidates:
        """The nearest gyms after a position: of the whole circle, or of a ring that can be read at once.

        Gyms nearer than the position have to be read again. So in a large circle the cost of a page rises with the
        number of earlier pages, but not with the number of gyms farther away.
        """
        edge = math.ceil(self._query.radius * 1000)
        start = (int(position.get("metres", -1)), str(position.get("id", "")))
        passed = int(position.get("passed", 0))
        ring = max(_RING, limit * 3 // 2)
        reach = min(edge, int(position.get("reach", edge)))
        room = max(READ_AT_ONCE, 3 * ring) + _WORST_OVERHEAD * passed
        for attempt, most in enumerate((room, room, room, 4 * room, sys.maxsize)):
            area = self._read_circle(reach / 1000, most)
            if area.complete:
                break
            if passed or attempt:
                share = min(0.25, _OVERHEAD * (passed + ring) / area.total)
                narrower = int(reach * math.sqrt(share))
            else:
                narrower = min(reach // 2, self._reach_of(max(limit, ring // 3)))
            # On later pages at most half of the way back to the start; else the pages would advance very slowly.
            reach = max(narrower, (start[0] + reach) // 2 if passed else 0, start[0] + 1)
        seen = sorted(round(self._filter.metres_to(gym)) for gym in area.gyms)

        def cursor(metres: int, gym_id: str, next_reach: int) -> dict[str, Any]:
            return {"metres": metres, "id": gym_id, "passed": bisect_right(seen, metres), "reach": next_reach}

        found = [
            each
            for each in self._admitted(area.gyms, lambda gym, metres: (metres, gym.id))
            if each[0] > start and (reach == edge or each[0][0] <= reach)
        ]
        beyond = None
        if reach < edge:
            inside = bisect_right(seen, reach)
            # Wide enough for the same number of gyms at this density, with a minimum for thinly covered areas.
            growth = max(1.25, math.sqrt(1 + ring / max(1, inside)))
            wider = math.ceil(reach * growth) + 1
            beyond = cursor(reach, _AFTER_ALL, wider)
        return _Candidates(found, lambda last: cursor(last[0], last[1], reach), beyond)

    def _reach_of(self, count: int) -> int:
        """The radius in metres that contains about `count` gyms around the point."""
        query = self._query
        assert query.lat is not None
        assert query.lon is not None
        distances = sorted(
            self._filter.metres_to(gym) for gym in self._gyms.following(query.lat, query.lon, most=count)
        )
        # The gyms after a point in the index are on one side of it; at least as many are on the other sides.
        return int(distances[len(distances) // 2]) if distances else sys.maxsize

    def _walk(self, order: Order, after: str | None, limit: int) -> _Candidates:
        """The gyms after a rank in an index, within the limit of one request."""
        plain = self._filter.idle and self._query.duration is None
        step = limit + 1 if plain else WALK_STEP
        mark = {} if self._query.lat is None else {"walk": True}
        found: list[tuple[Position, Found]] = []
        ended = False
        for _ in range(WALK_STEPS):
            gyms = self._gyms.in_order(order, after=after, most=step)
            found += self._admitted(gyms, lambda gym, _: (rank_of(gym, order),))
            ended = len(gyms) < step
            if ended:
                break
            after = rank_of(gyms[-1], order)
            if len(found) > limit:
                break
        beyond = None if ended else {"after": after, **mark}
        return _Candidates(found, lambda last: {"after": last[0], **mark}, beyond)

    def _first_bookable(
        self, found: list[tuple[Position, Found]], most: int
    ) -> tuple[list[tuple[Position, Found]], Position | None]:
        """The first gyms that are bookable in the window, and the last checked position if some were not checked."""
        start, end, duration = self._query.available_from, self._query.available_to, self._query.duration
        if start is None or end is None or duration is None:
            return found[:most], None
        # The dates that a window and the buffer after it overlap; gyms times dates are the size of a read.
        dates = (end - start + timedelta(hours=1)) // timedelta(days=1) + 2
        size = _GYM_DAYS_PER_READ // dates
        chosen: list[tuple[Position, Found]] = []
        checked = 0
        while checked < min(len(found), size * _BOOKABLE_READS) and len(chosen) < most:
            part = found[checked : checked + size]
            ids = self._bookable([profile_of(each.gym) for _, each in part], start, end, duration)
            chosen += [each for each in part if each[1].gym.id in ids]
            checked += len(part)
        return chosen[:most], found[checked - 1][0] if checked < len(found) else None

"""Searching gyms: filters combined, three orders and the nearest first, pages that stay put while gyms change.

Two ways lead to the candidates. Around a point, the ranges of the place index that cover the circle are read whole, and
filtered and ordered in memory; where the circle holds too many gyms for that, the nearest first are read ring by
ring. All other orders then walk their own index, as they do without a point. What a request reads is bounded on either
way; a page that ends for that reason has a cursor, however few rows it has.
"""

from __future__ import annotations

import math
import sys
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from gym.filters import Filter
from gym.places import covering
from gym.profile import LONGEST_BUFFER, profile_of
from gym.records import Gym
from gym.repository import GymRepository, Order, Sighting, rank_of
from gym.schemas import GymsQuery, Point, Sort
from gym.time.bookable import bookable_gyms
from gym.time.repository import GymTimeRepository
from solo60.paging import PageOf, Paging, Position

Rank = tuple[int | str, ...]
"""Where a gym stands in the order: metres and id, or its rank in an index."""

READ_AT_ONCE = 300
"""Gyms that one look at a circle reads before the circle counts as too full: not yet the megabyte of one query."""
WALK_STEP = 250
WALK_STEPS = 2
_RING = 100
"""Gyms that the next ring of a full circle should hold, at least."""
_OVERHEAD = 2
"""Gyms read for each one in the circle: the ranges cover more than the circle."""
_WORST_OVERHEAD = 8
_GYM_DAYS_PER_READ = 100
_BOOKABLE_READS = 2
_AFTER_ALL = "~"
"""Sorts behind every id."""


@dataclass(frozen=True)
class FoundGym:
    """A gym that was found, and how far off it is, in metres; None without a point."""

    gym: Gym
    metres: int | None


@dataclass(frozen=True)
class _Candidates:
    """Gyms in order that all conditions but the last admit.

    Attributes
    ----------
    cursor
        From the last gym of a page to where the next page begins.
    beyond
        Where to go on when these are used up, None if these are all.
    """

    found: list[tuple[Rank, FoundGym]]
    cursor: Callable[[Rank], Position]
    beyond: Position | None


class Search:
    """One request of a search.

    Parameters
    ----------
    times
        Asked last, for those that pass everything else, in the order of the page.
    """

    def __init__(self, gyms: GymRepository, times: GymTimeRepository, query: GymsQuery) -> None:
        self._gyms, self._times = gyms, times
        self._query = query
        self._filter = Filter(query)

    def page(self, paging: Paging) -> PageOf[FoundGym]:
        """The requested page of the gyms found."""
        candidates = self._candidates(paging)
        chosen, rest = self._first_bookable(candidates.found, paging.limit + 1)
        following: Position | None
        if len(chosen) > paging.limit:
            following = candidates.cursor(chosen[paging.limit - 1][0])
        elif rest is not None:
            following = candidates.cursor(rest)
        else:
            following = candidates.beyond
        return PageOf([found for _, found in chosen[: paging.limit]], paging.cursor_after(following))

    def _candidates(self, paging: Paging) -> _Candidates:
        point, position = self._query.point, paging.position or {}
        if point is not None and self._query.order is Sort.DISTANCE:
            return self._nearest(point, position, paging.limit)
        order, after = Order(self._query.order), paging.text("after")
        if point is not None and "walk" not in position:
            sighting = self._look(point, self._query.radius, READ_AT_ONCE)
            if sighting.complete:
                found = self._admitted(sighting.gyms, lambda gym, _: (rank_of(gym, order),))
                rest = [each for each in found if after is None or each[0] > (after,)]
                return _Candidates(rest, lambda last: {"after": last[0]}, None)
        return self._walk(order, after, paging.limit)

    def _look(self, point: Point, radius_km: float, most: int) -> Sighting:
        return self._gyms.in_ranges(covering(*point, radius_km), most=most)

    def _admitted(self, gyms: Sequence[Gym], rank_in_order: Callable[[Gym, int], Rank]) -> list[tuple[Rank, FoundGym]]:
        found = []
        for gym in gyms:
            if self._filter.passes(gym):
                metres = round(self._filter.metres_to(gym))
                found.append((rank_in_order(gym, metres), FoundGym(gym, None if self._query.lat is None else metres)))
        found.sort(key=lambda each: each[0])
        return found

    def _nearest(self, point: Point, position: Position, limit: int) -> _Candidates:
        """The nearest gyms behind a position: of the whole circle, or of a ring that can be read at once.

        What lies inwards of the position has to be read again, so the cost of a page of a full circle rises with its
        depth; it does not rise with the number of gyms farther out.
        """
        edge = math.ceil(self._query.radius * 1000)
        start = (int(position.get("metres", -1)), str(position.get("id", "")))
        passed = int(position.get("passed", 0))
        ring = max(_RING, limit * 3 // 2)
        reach = min(edge, int(position.get("reach", edge)))
        room = max(READ_AT_ONCE, 3 * ring) + _WORST_OVERHEAD * passed
        for attempt, most in enumerate((room, room, room, 4 * room, sys.maxsize)):
            sighting = self._look(point, reach / 1000, most)
            if sighting.complete:
                break
            if passed or attempt:
                share = min(0.25, _OVERHEAD * (passed + ring) / sighting.total)
                narrower = int(reach * math.sqrt(share))
            else:
                narrower = min(reach // 2, self._reach_of(point, max(limit, ring // 3)))
            # On later pages by no more than half of the way back to the start, or they would advance by inches.
            reach = max(narrower, (start[0] + reach) // 2 if passed else 0, start[0] + 1)
        seen = sorted(round(self._filter.metres_to(gym)) for gym in sighting.gyms)

        def cursor(metres: int, gym_id: str, next_reach: int) -> Position:
            return {"metres": metres, "id": gym_id, "passed": bisect_right(seen, metres), "reach": next_reach}

        found = [
            each
            for each in self._admitted(sighting.gyms, lambda gym, metres: (metres, gym.id))
            if each[0] > start and (reach == edge or int(each[0][0]) <= reach)
        ]
        beyond = None
        if reach < edge:
            inside = bisect_right(seen, reach)
            # As much wider as holds the same number again at this density, and no crawling where it thins out.
            growth = max(1.25, math.sqrt(1 + ring / max(1, inside)))
            wider = math.ceil(reach * growth) + 1
            beyond = cursor(reach, _AFTER_ALL, wider)
        return _Candidates(found, lambda last: cursor(int(last[0]), str(last[1]), reach), beyond)

    def _reach_of(self, point: Point, count: int) -> int:
        """How far, in metres, about so many gyms around the point reach."""
        distances = sorted(self._filter.metres_to(gym) for gym in self._gyms.following(*point, most=count))
        # What follows a point lies on one side of it: as many again and more lie on the others.
        return int(distances[len(distances) // 2]) if distances else sys.maxsize

    def _walk(self, order: Order, after: str | None, limit: int) -> _Candidates:
        """The gyms that follow a rank in an index, as far as one request goes."""
        plain = self._filter.idle and self._query.duration is None
        step = limit + 1 if plain else WALK_STEP
        mark: Position = {} if self._query.lat is None else {"walk": True}
        found: list[tuple[Rank, FoundGym]] = []
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
        beyond = None if ended or after is None else {"after": after, **mark}
        return _Candidates(found, lambda last: {"after": last[0], **mark}, beyond)

    def _first_bookable(
        self, found: list[tuple[Rank, FoundGym]], most: int
    ) -> tuple[list[tuple[Rank, FoundGym]], Rank | None]:
        """The first that can be booked in the window, and the last that was asked about if others were not."""
        start, end, duration = self._query.available_from, self._query.available_to, self._query.duration
        if start is None or end is None or duration is None:
            return found[:most], None
        # A window and the buffers around it touch so many dates; gyms times dates are one read.
        dates = (end - start + 2 * LONGEST_BUFFER) // timedelta(days=1) + 2
        size = _GYM_DAYS_PER_READ // dates
        chosen: list[tuple[Rank, FoundGym]] = []
        asked = 0
        while asked < min(len(found), size * _BOOKABLE_READS) and len(chosen) < most:
            part = found[asked : asked + size]
            ids = bookable_gyms(self._times, [profile_of(each.gym) for _, each in part], start, end, duration)
            chosen += [each for each in part if each[1].gym.id in ids]
            asked += len(part)
        return chosen[:most], found[asked - 1][0] if asked < len(found) else None

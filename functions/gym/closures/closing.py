"""Closing a gym for a time, and lifting that.

A closure stands on the gym's own record, under the version that each booking checks in its transaction. So one update
takes the time at once, however long it is and whatever stands in it, and a booking in flight is judged again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from gym.closures.repository import ClosureRepository, ClosureStatus
from gym.editing import existing, revised
from gym.errors import ClosureNotFound, ClosureOver, TooManyClosures
from gym.events import ClosureLifted, GymClosed
from gym.records import Closure, Gym
from gym.repository import GymRepository, gym_key
from solo60 import clock
from solo60.events import publish
from solo60.ids import new_id
from solo60.problems import InvalidRequest
from solo60.unit_of_work import UnitOfWork, Work

MOST_AHEAD = 50
FURTHEST = timedelta(days=2 * 366)
"""How far ahead a closure may end."""


class ClosureKeeper:
    """Closes gyms, and opens them again."""

    def __init__(self, gyms: GymRepository, closures: ClosureRepository) -> None:
        self._gyms, self._closures = gyms, closures

    def close(self, uow: UnitOfWork, gym_id: str, *, start: datetime, end: datetime, reason: str) -> Closure:
        """Close a gym in [start, end).

        Raises
        ------
        GymNotFound
            There is none.
        InvalidRequest
            The end is not after the start, or too far ahead.
        ClosureOver
            It has passed.
        TooManyClosures
            The gym has as many closures that have not ended as it may.
        """
        now = clock.now()
        if end <= start:
            raise InvalidRequest.of("/to", "This must be after `from`.")
        closure_id = new_id()

        def act(work: Work) -> Closure:
            gym = existing(work, self._gyms, gym_id)
            if end <= now:
                raise ClosureOver("This time has passed.")
            if end > now + FURTHEST:
                raise InvalidRequest.of("/to", "This must be at most two years ahead.")
            ahead = [each for each in gym.closures if clock.from_rfc3339(each["to"]) > now]
            if len(ahead) >= MOST_AHEAD:
                raise TooManyClosures(f"A gym has at most {MOST_AHEAD} closures ahead.")
            closure = Closure(
                id=closure_id,
                gym_id=gym_id,
                from_=start,
                to=end,
                reason=reason,
                status=ClosureStatus.CANCELLING,
                created_at=now,
            )
            entry = {"id": closure_id, "from": clock.to_rfc3339(start), "to": clock.to_rfc3339(end)}
            self._write(work, gym, [*ahead, entry])
            self._closures.put(work, closure)
            work.record_change("gym", gym_id, {"closure": {**entry, "reason": reason}})
            publish(work, GymClosed(closure_id=closure_id, gym_id=gym_id, **_time_of(closure), reason=reason))
            return closure

        return uow.run(act)

    def lift(self, uow: UnitOfWork, gym_id: str, closure_id: str) -> None:
        """Lift a closure: its time can be booked again. A closure that is lifted already stays so.

        Raises
        ------
        ClosureNotFound
            The gym has no such closure.
        ClosureOver
            It has ended.
        """

        def act(work: Work) -> None:
            keys = gym_key(gym_id), self._closures.key(gym_id, closure_id)
            found = work.read(*keys)
            gym, closure = found[keys[0]], found[keys[1]]
            if gym is None or closure is None:
                raise ClosureNotFound
            if closure.status == ClosureStatus.LIFTED:
                return
            if closure.to <= clock.now():
                raise ClosureOver
            self._write(work, gym, [each for each in gym.closures if each["id"] != closure_id])
            self._closures.lift(work, closure)
            work.record_change("closure", closure_id, {"gym_id": gym_id, "status": "lifted"})
            publish(work, ClosureLifted(closure_id=closure_id, gym_id=gym_id, **_time_of(closure)))

        uow.run(act)

    def _write(self, work: Work, before: Gym, closures: list[dict[str, str]]) -> None:
        self._gyms.change(work, before, revised(before, closures=closures))


def _time_of(closure: Closure) -> dict[str, datetime]:
    return {"starts_at": closure.from_, "ends_at": closure.to}

"""The sessions inside a closure are cancelled by the company, each once.

No booking can commit into the closure, so the sessions are those that stand when the work begins. A closure that is
lifted before the work is done cancels no more of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from gym.events import GymClosed
from gym.published import ClosureRepository, ClosureStatus, GymTimeRepository, closure_key
from session.booking.cancellation import By, Cancellations
from session.booking.repository import BookingRepository
from session.records import Session
from session.status import SessionStatus
from session.steps import Actor
from solo60 import clock
from solo60.chunks import ChunkedWork, ChunkMessage
from solo60.unit_of_work import UnitOfWork, Work

CLOSURES = ChunkedWork("session", "CLOSURE", queue="session-closures")


def begin(uow: UnitOfWork, closed: GymClosed) -> None:
    """Begin to cancel the sessions inside a closure."""
    parameters = {
        "gym_id": closed.gym_id,
        "from": clock.to_sortable(closed.starts_at),
        "to": clock.to_sortable(closed.ends_at),
        "reason": closed.reason,
    }
    CLOSURES.begin(uow, closed.closure_id, parameters)


class ClosureCancellation:
    """Cancels the sessions inside closures."""

    def __init__(
        self,
        bookings: BookingRepository,
        cancellations: Cancellations,
        times: GymTimeRepository,
        closures: ClosureRepository,
    ) -> None:
        self._bookings, self._cancellations, self._times, self._closures = bookings, cancellations, times, closures

    def go_on(self, uow: UnitOfWork, message: ChunkMessage, deadline: float) -> None:
        """Cancel the next sessions inside a closure, until the deadline."""

        def elements(parameters: Mapping[str, Any], after: str | None) -> Iterable[tuple[str, str]]:
            return self._times.holders(parameters["gym_id"], *_time_of(parameters), after)

        def step(work: Work, parameters: Mapping[str, Any], holder: str) -> None:
            self._cancel(work, message.id, parameters, holder)

        def finish(work: Work, parameters: Mapping[str, Any]) -> None:
            key = closure_key(parameters["gym_id"], message.id)
            closure = work.read(key)[key]
            if closure is not None and closure.status == ClosureStatus.CANCELLING:
                self._closures.finish(work, closure)

        CLOSURES.go_on(uow, message, deadline, elements, step, finish=finish)

    def _cancel(self, work: Work, closure_id: str, parameters: Mapping[str, Any], holder: str) -> None:
        session, account, closure = self._bookings.session_account_and_closure(
            work.read, parameters["gym_id"], holder, closure_id
        )
        if closure is None or closure.status != ClosureStatus.CANCELLING:
            return
        # What holds a slot may be no session, or have been cancelled or moved since.
        if session is None or not _is_inside(session, parameters):
            return
        by = By(Actor.COMPANY, refunds=True, told=parameters["reason"])
        self._cancellations.write(work, session, account, by)
        self._closures.count_cancelled(work, closure)
        work.count("SessionsCancelledByClosures")


def _time_of(parameters: Mapping[str, Any]) -> tuple[datetime, datetime]:
    return clock.from_rfc3339(parameters["from"]), clock.from_rfc3339(parameters["to"])


def _is_inside(session: Session, parameters: Mapping[str, Any]) -> bool:
    start, end = _time_of(parameters)
    upcoming = session.status == SessionStatus.CONFIRMED and session.starts_at > clock.now()
    return upcoming and session.starts_at < end and start < session.ends_at

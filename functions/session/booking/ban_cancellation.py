"""The upcoming sessions of a member who is banned are cancelled by the company, each once.

No booking can commit after the ban, so the sessions are those that stand when the work begins. A ban that is lifted
before the work is done cancels none of the sessions that were booked after the ban.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from session.booking.cancellation import By, Cancellations
from session.booking.repository import BookingRepository
from session.records import Session
from session.status import SessionStatus
from session.steps import Actor
from solo60 import clock
from solo60.bans import Ban, is_banned
from solo60.chunks import ChunkedWork, ChunkMessage
from solo60.unit_of_work import UnitOfWork, Work
from user.events import UserBanned

CANCELLATIONS = ChunkedWork("session", "BAN", queue="session-cancellations")


def begin(uow: UnitOfWork, banned: UserBanned) -> None:
    """Begin to cancel the sessions of a member who was banned."""
    parameters = {"user_id": banned.user_id, "banned_at": clock.to_sortable(banned.banned_at)}
    CANCELLATIONS.begin(uow, banned.ban_id, parameters)


def go_on(
    uow: UnitOfWork,
    bookings: BookingRepository,
    cancellations: Cancellations,
    *,
    message: ChunkMessage,
    deadline: float,
) -> None:
    """Cancel the next sessions of a banned member, until the deadline."""

    def elements(parameters: Mapping[str, Any], after: str | None) -> Iterable[tuple[str, Session]]:
        found = bookings.of_member_from(parameters["user_id"], clock.now())
        placed = sorted((f"{clock.to_sortable(session.starts_at)}#{session.id}", session) for session in found)
        return [(position, session) for position, session in placed if after is None or position > after]

    def step(work: Work, parameters: Mapping[str, Any], session: Session) -> None:
        _cancel(work, bookings, cancellations, session=session, ban_id=message.id, parameters=parameters)

    CANCELLATIONS.go_on(uow, message, deadline, elements, step)


def _cancel(
    work: Work,
    bookings: BookingRepository,
    cancellations: Cancellations,
    *,
    session: Session,
    ban_id: str,
    parameters: Mapping[str, Any],
) -> None:
    present, account, ban = bookings.session_account_and_ban(work.read, session.id, session.user_id)
    if present is None or present.status != SessionStatus.CONFIRMED or present.starts_at <= clock.now():
        return
    if not _was_booked_before(present, ban, ban_id, clock.from_rfc3339(parameters["banned_at"])):
        return
    cancellations.write(work, present, account, By(Actor.COMPANY, refunds=True))
    work.count("SessionsCancelledByBans")


def _was_booked_before(session: Session, ban: Ban | None, ban_id: str, banned_at: datetime) -> bool:
    """Whether a session was booked before the ban. While that ban is in force nothing else is possible."""
    in_force = ban is not None and ban.ban_id == ban_id and is_banned(ban)
    return in_force or session.created_at <= banned_at

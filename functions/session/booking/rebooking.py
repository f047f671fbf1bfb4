"""Refunds of late cancellations whose time another member has booked since.

The events of bookings decide, not the sessions that stand when they arrive: a booking that was cancelled at once
counts too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gym.published import LONGEST_BUFFER
from payment.published import Ledger
from session.booking.credit_allocations import allocations_of
from session.booking.repository import BookingRepository
from session.event_data import event_data_of
from session.events import SessionBooked, SessionExtended, SessionMoved, SessionRefunded
from session.records import LateCancellation, RebookedTime
from session.repository import SessionRepository
from session.steps import Actor, Step, StepKind
from solo60.events import Envelope, publish
from solo60.unit_of_work import UnitOfWork, Work

Booked = SessionBooked | SessionMoved | SessionExtended
"""The events by which a session has time that it did not have before."""


def refund_rebooked(
    uow: UnitOfWork,
    sessions: SessionRepository,
    bookings: BookingRepository,
    ledger: Ledger,
    envelope: Envelope[Booked],
) -> int:
    """Refund late cancellations whose whole time has been booked again, now that another member has booked.

    Returns
    -------
    int
        How many were refunded.
    """
    booked = envelope.data
    # The new session may complete the rebooking of an earlier one, because the buffer between sessions counts.
    late_cancellations = bookings.late_cancellations_overlapping(
        booked.gym_id, booked.starts_at - LONGEST_BUFFER, booked.held_until
    )
    return sum(
        _refund_if_rebooked(uow, sessions, bookings, ledger, listed=late_cancellation, envelope=envelope)
        for late_cancellation in late_cancellations
        if late_cancellation.user_id != booked.user_id
    )


def _refund_if_rebooked(
    uow: UnitOfWork,
    sessions: SessionRepository,
    bookings: BookingRepository,
    ledger: Ledger,
    *,
    listed: LateCancellation,
    envelope: Envelope[Booked],
) -> bool:
    def act(work: Work) -> bool:
        found = bookings.rebooking_facts(work.read, listed)
        # A refund deletes the late cancellation, so a repeated delivery changes nothing. A booking from before the
        # cancelled one is an event that comes late: its session was cancelled before this one could be booked.
        if found is None or envelope.occurred_at <= found.session.created_at:
            return False
        session, late_cancellation = found.session, found.late_cancellation
        rebooked = _with(late_cancellation.rebooked, envelope.data)
        if not covered(session.starts_at, session.ends_at, rebooked):
            if rebooked != late_cancellation.rebooked:
                bookings.change_rebooked(work, late_cancellation, rebooked)
            return False
        session.refund_if_rebooked = False
        session.refunded_credits = int(session.price_credits)
        sessions.change(work, session, int(session.version), Step(StepKind.REFUNDED, Actor.COMPANY))
        bookings.delete_late_cancellation(work, late_cancellation)
        ledger.give_back(
            work,
            user_id=session.user_id,
            account=found.account,
            allocations=allocations_of(session),
            reference=session.id,
            description=f"Booked again: session at {session.gym_name}, {session.booking_date} {session.start_time}",
        )
        publish(work, SessionRefunded(**event_data_of(session), refunded_credits=int(session.refunded_credits)))
        work.count("SessionsRefundedAfterRebooking")
        return True

    return uow.run(act)


def _with(rebooked: Sequence[RebookedTime], booked: Booked) -> list[RebookedTime]:
    if any(_includes(each, booked) for each in rebooked):
        return list(rebooked)
    added = RebookedTime(  # type: ignore[no-untyped-call]
        starts_at=booked.starts_at, ends_at=booked.ends_at, held_until=booked.held_until
    )
    return [*(each for each in rebooked if not _includes(added, each)), added]


def _includes(outer: RebookedTime, inner: RebookedTime | Booked) -> bool:
    return (
        outer.starts_at <= inner.starts_at
        and inner.ends_at <= outer.ends_at
        and _held_from(outer) <= _held_from(inner)
        and inner.held_until <= outer.held_until
    )


def _held_from(booked: RebookedTime | Booked) -> datetime:
    """Its start without the gym's buffer, which is as long before it as behind it."""
    return booked.starts_at - (booked.held_until - booked.ends_at)


def covered(start: datetime, end: datetime, rebooked: Sequence[RebookedTime]) -> bool:
    """Whether bookings fill [start, end).

    The buffer between two of them counts as filled: it cannot be booked. Where the gym's buffer was changed between the
    two bookings, the longer one counts.
    """
    filled_to = held_to = start
    last_end: datetime | None = None
    for each in sorted(rebooked, key=lambda each: each.starts_at):
        adjoins = each.starts_at <= max(filled_to, held_to) or (last_end is not None and _held_from(each) <= last_end)
        if filled_to >= end or not adjoins:
            break
        filled_to, held_to = max(filled_to, each.ends_at), max(held_to, each.held_until)
        last_end = each.ends_at if last_end is None else max(last_end, each.ends_at)
    return filled_to >= end

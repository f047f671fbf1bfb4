"""Booking: one strong read, the rules, one transaction. It starts again if the data that was read has changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from gym.published import (
    Failure,
    GymNotFound,
    GymProfile,
    Occupancy,
    Proposal,
    require_unchanged,
)
from payment.published import Ledger, list_price, spendable
from session import rules
from session.booking.credit_allocations import to_attributes
from session.booking.repository import BookingFacts, BookingRepository
from session.claims import SessionClaims
from session.errors import OTHER_TIME_MAY_HELP, OwnOverlap, TooManyInvitees
from session.event_data import event_data_of
from session.events import SessionBooked
from session.invitations.sending import Invitations
from session.records import Session
from session.repository import SessionRepository
from session.rules import Booker
from session.status import SessionStatus
from session.steps import Actor, Step, StepKind
from session.time.alternatives import Alternative, Alternatives
from solo60 import clock
from solo60.events import publish
from solo60.ids import new_id
from solo60.problems import Problem
from solo60.unit_of_work import UnitOfWork, Work


@dataclass(frozen=True)
class BookingRequest:
    """The session that a member asks to book.

    Attributes
    ----------
    duration
        Minutes.
    invitees
        E-mail addresses to invite, without duplicates and without the member's own.
    """

    user_id: str
    gym_id: str
    starts_at: datetime
    duration: int
    invitees: Sequence[str] = ()


@dataclass(frozen=True)
class RefusedBooking:
    """What is known about a booking that is refused.

    Attributes
    ----------
    alternatives
        Sessions that the member can book instead, the best first.
    own_session_id
        The member's own session that is in the way, if that is the reason.
    """

    alternatives: Sequence[Alternative]
    own_session_id: str | None


def book(
    uow: UnitOfWork,
    sessions: SessionRepository,
    bookings: BookingRepository,
    claims: SessionClaims,
    ledger: Ledger,
    *,
    alternatives: Alternatives,
    invitations: Invitations,
    request: BookingRequest,
) -> Session:
    """Book a session. Slot claims, debit, session, invitations and events commit together or not at all.

    Raises
    ------
    GymNotFound
        There is no such gym.
    TooManyInvitees
        The gym's capacity is too small for the member and all invitees.
    Problem
        The first booking rule that fails; a conflict has a `RefusedBooking` as its findings.
    ServiceUnavailable
        Other requests kept changing the data that the booking depends on.
    """
    session_id = new_id()

    def act(work: Work) -> Session:
        facts = bookings.booking_facts(work.read, request.user_id, request.gym_id, request.starts_at)
        if facts is None:
            raise GymNotFound
        proposal = Proposal(facts.gym, request.starts_at.astimezone(UTC), request.duration)
        _require_capacity(facts.gym, request.invitees)
        booker = booker_of(request.user_id, facts)
        failed = rules.failures(proposal, facts.gym_time, booker)
        if failed:
            raise refusal(alternatives, proposal=proposal, gym_time=facts.gym_time, booker=booker, failure=failed[0])
        session = _new_session(session_id, request, proposal)
        invitations.send(work, session, request.invitees)
        _write(work, sessions, claims, ledger, session=session, proposal=proposal, facts=facts)
        return session

    return uow.run(act)


def booker_of(user_id: str, facts: BookingFacts, *, paid: int = 0) -> Booker:
    """The member as the rules see them, with what was paid for the session that is to change."""
    return Booker(
        user_id=user_id,
        occupancy=facts.member_time,
        credits=spendable(facts.account),
        induction_valid_until=facts.induction_valid_until,
        banned=facts.banned,
        suspended_until=facts.suspended_until,
        paid=paid,
    )


def _require_capacity(gym: GymProfile, invitees: Sequence[str]) -> None:
    if len(invitees) > gym.capacity - 1:
        raise TooManyInvitees.of("/invitees", f"This may have at most {gym.capacity - 1} addresses at this gym.")


def refusal(
    alternatives: Alternatives,
    *,
    proposal: Proposal,
    gym_time: Occupancy,
    booker: Booker,
    failure: Failure,
) -> Problem:
    """The error for a rule that a proposal fails, with what helps the member to go on."""
    if failure.refusal.status != 409:
        return failure.refusal(failure.detail)
    others = alternatives.to(proposal, gym_time, booker) if failure.refusal in OTHER_TIME_MAY_HELP else []
    own = booker.occupancy.holder(proposal.starts_at, proposal.ends_at) if failure.refusal is OwnOverlap else None
    return failure.refusal(failure.detail, findings=RefusedBooking(others, own))


def _write(
    work: Work,
    sessions: SessionRepository,
    claims: SessionClaims,
    ledger: Ledger,
    *,
    session: Session,
    proposal: Proposal,
    facts: BookingFacts,
) -> None:
    claims.claim(work, proposal, session, facts.gym_time, facts.holds)
    allocations = ledger.debit(
        work,
        user_id=session.user_id,
        account=facts.account,
        amount=int(session.price_credits),
        reference=session.id,
        description=f"Session at {session.gym_name}, {session.booking_date} {session.start_time}",
    )
    session.credit_allocations = to_attributes(allocations)
    sessions.put(work, session, Step(StepKind.BOOKED, Actor.HOST, session.user_id))
    require_unchanged(work, facts.gym)
    work.count("SessionsBooked")
    work.count("CreditsSpent", int(session.price_credits))
    publish(work, SessionBooked(**event_data_of(session), held_until=session.ends_at + proposal.buffer))


def _new_session(session_id: str, request: BookingRequest, proposal: Proposal) -> Session:
    gym = proposal.gym
    session = Session(
        id=session_id,
        user_id=request.user_id,
        gym_id=gym.id,
        gym_name=gym.name,
        gym_address=gym.address,
        status=SessionStatus.CONFIRMED,
        refundable_until=proposal.refundable_until,
        invitees=list(request.invitees),
        version=1,
        sequence=0,
        created_at=clock.now(),
    )
    set_time(session, proposal)
    set_price(session, proposal.price_credits)
    return session


def set_time(session: Session, proposal: Proposal) -> None:
    """Let a session take place when the proposal does."""
    start, end = proposal.wall_clock(proposal.starts_at), proposal.wall_clock(proposal.ends_at)
    session.timezone = proposal.gym.timezone
    session.starts_at, session.ends_at, session.duration = proposal.starts_at, proposal.ends_at, proposal.duration
    session.booking_date, session.start_time, session.end_time = f"{start:%Y-%m-%d}", f"{start:%H:%M}", f"{end:%H:%M}"


def set_price(session: Session, credits: int) -> None:
    """Let a session cost so many credits, and the list price of them."""
    price = list_price(credits)
    session.price_credits, session.price_amount, session.price_currency = credits, price.amount, price.currency

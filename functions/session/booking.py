"""Booking: one strong read, the rules, one transaction. It starts again if the data that was read has changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from gym.published import GymNotFound, GymProfile, require_unchanged
from payment.published import AccountChanged, InsufficientCredits, debit, list_price, spendable
from session import rules
from session.alternatives import alternatives_to
from session.credit_allocations import to_attributes
from session.errors import OTHER_TIME_MAY_HELP, TooManyInvitees
from session.event_data import event_data_of
from session.events import SessionBooked
from session.records import Session
from session.repository import BookingFacts, SessionRepository
from session.retry import ConditionFailed, attempts
from session.rules import Booker, Failure, Proposal
from session.status import SessionStatus
from solo60 import clock, observability
from solo60.bans import require_not_banned
from solo60.events import publish
from solo60.ids import new_id
from solo60.models import json_ready
from solo60.problems import Problem, ServiceUnavailable
from solo60.transaction import Transaction

StoreResponse = Callable[[Transaction, Session], None]
"""Adds the response, stored under the Idempotency-Key, to the transaction."""


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


class _AlreadyBooked(Exception):
    """This session already holds the time: the write succeeded, but its response was lost."""


def book(repository: SessionRepository, request: BookingRequest, store_response: StoreResponse) -> Session:
    """Book a session. The slot claims, the debit, the session and its event commit together or not at all.

    Raises
    ------
    GymNotFound
        There is no such gym.
    TooManyInvitees
        The gym's capacity is too small for the member and all invitees.
    Problem
        The first booking rule that fails, with alternatives if another time may help.
    ServiceUnavailable
        Other requests kept changing the data that the booking depends on.
    """
    session_id = new_id()
    for _ in attempts():
        facts = repository.booking_facts(request.user_id, request.gym_id, request.starts_at)
        if facts is None:
            raise GymNotFound
        proposal = Proposal(facts.gym, request.starts_at.astimezone(UTC), request.duration)
        _require_capacity(facts.gym, request.invitees)
        booker = booker_of(facts)
        failed = rules.failures(proposal, facts.gym_time, booker)
        if failed:
            raise _refusal(repository, proposal, facts, booker, failed[0])
        session, transaction = _new_session(session_id, request, proposal), Transaction()
        try:
            _compose(repository, transaction, session, proposal, facts)
            store_response(transaction, session)
            transaction.commit()
        except (ConditionFailed, AccountChanged, InsufficientCredits):
            continue  # The rules decide again: if the time has been taken, they refuse with new alternatives.
        except _AlreadyBooked:
            pass
        observability.count("SessionsBooked")
        observability.count("CreditsSpent", proposal.price_credits)
        return session
    raise ServiceUnavailable  # not reached: attempts() raises it


def booker_of(facts: BookingFacts) -> Booker:
    """The member as the rules see them."""
    return Booker(
        occupancy=facts.member_time,
        credits=spendable(facts.account),
        induction_valid_until=facts.induction_valid_until,
        banned=facts.banned,
    )


def _require_capacity(gym: GymProfile, invitees: Sequence[str]) -> None:
    if len(invitees) > gym.capacity - 1:
        raise TooManyInvitees.of("invitees", f"may have up to {gym.capacity - 1} addresses at this gym")


def _refusal(
    repository: SessionRepository, proposal: Proposal, facts: BookingFacts, booker: Booker, failure: Failure
) -> Problem:
    if failure.refusal.status != 409:
        return failure.refusal(failure.detail)
    found = (
        alternatives_to(repository, proposal, facts.gym_time, booker) if failure.refusal in OTHER_TIME_MAY_HELP else []
    )
    return failure.refusal(failure.detail, extra={"alternatives": [json_ready(each) for each in found]})


def _compose(
    repository: SessionRepository, transaction: Transaction, session: Session, proposal: Proposal, facts: BookingFacts
) -> None:
    # The slot claims come first: if several conditions fail, the caller gets the error of the first operation.
    repository.claim_time(transaction, session, lambda ours: _AlreadyBooked() if ours else ConditionFailed())
    allocations = debit(
        transaction,
        user_id=session.user_id,
        account=facts.account,
        amount=proposal.price_credits,
        reference=session.id,
        description=f"Session at {session.gym_name}, {session.booking_date} {session.start_time}",
    )
    session.credit_allocations = to_attributes(allocations)
    repository.put(transaction, session)
    require_not_banned(transaction, session.user_id)
    require_unchanged(transaction, facts.gym, ConditionFailed())
    publish(transaction, SessionBooked(**event_data_of(session)))


def _new_session(session_id: str, request: BookingRequest, proposal: Proposal) -> Session:
    gym = proposal.gym
    price = list_price(proposal.price_credits)
    start = proposal.wall_clock(proposal.starts_at)
    end = proposal.wall_clock(proposal.ends_at)
    return Session(
        id=session_id,
        user_id=request.user_id,
        gym_id=gym.id,
        gym_name=gym.name,
        gym_address=gym.address,
        timezone=gym.timezone,
        starts_at=proposal.starts_at,
        ends_at=proposal.ends_at,
        held_until=proposal.held_until,
        booking_date=f"{start:%Y-%m-%d}",
        start_time=f"{start:%H:%M}",
        end_time=f"{end:%H:%M}",
        duration=request.duration,
        status=SessionStatus.CONFIRMED,
        price_credits=proposal.price_credits,
        price_amount=price.amount,
        price_currency=price.currency,
        refundable_until=proposal.refundable_until,
        invitees=list(request.invitees),
        version=1,
        sequence=0,
        created_at=clock.now(),
    )

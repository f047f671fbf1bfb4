"""Quotes: the price of a session for a member, and the rules that it fails."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from gym.published import Failure, GymNotFound, Proposal
from payment.published import list_price
from session import rules
from session.booking.booking import booker_of
from session.booking.repository import BookingRepository
from solo60.models import Money
from solo60.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Quote:
    """A proposal and every rule that it fails."""

    proposal: Proposal
    price: Money
    failures: list[Failure]


def quote(
    uow: UnitOfWork, bookings: BookingRepository, user_id: str, gym_id: str, *, starts_at: datetime, duration: int
) -> Quote:
    """Apply the booking rules to a proposal, without side effects.

    Raises
    ------
    GymNotFound
        There is no such gym.
    """
    facts = uow.run(lambda work: bookings.booking_facts(work.read, user_id, gym_id, starts_at))
    if facts is None:
        raise GymNotFound
    proposal = Proposal(facts.gym, starts_at.astimezone(UTC), duration)
    return Quote(
        proposal=proposal,
        price=list_price(proposal.price_credits),
        failures=rules.failures(proposal, facts.gym_time, booker_of(user_id, facts)),
    )

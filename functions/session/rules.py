"""The booking rules: those of the gym, which `gym.published` judges, and those about the member."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from gym import published as gym
from gym.published import Failure, Occupancy, Proposal
from payment.published import InsufficientCredits
from session import errors
from solo60.problems import AccountBanned


@dataclass(frozen=True)
class Booker:
    """What the rules need to know about the member who books at a gym.

    Attributes
    ----------
    occupancy
        The member's taken slots, at all gyms.
    credits
        That can be spent now.
    induction_valid_until
        The exclusive end of the member's induction at this gym; None without one.
    """

    user_id: str
    occupancy: Occupancy
    credits: int
    induction_valid_until: datetime | None
    banned: bool = False
    suspended_until: datetime | None = None
    """Until when strikes stop bookings; None if they do not."""
    paid: int = 0
    """Credits that the member has paid for the session that is to change."""


def failures(proposal: Proposal, gym_time: Occupancy, booker: Booker) -> list[Failure]:
    """All rules that fail, in their order of precedence."""
    return _in_order([*gym.gym_failures(proposal, gym_time), *booker_failures(proposal, booker)])


def _in_order(failures: list[Failure]) -> list[Failure]:
    return sorted(failures, key=lambda failure: errors.BOOKING_REFUSALS.index(failure.refusal))


def extension_failures(
    proposal: Proposal, ends_at: datetime, gym_time: Occupancy, booker: Booker, *, price: int
) -> list[Failure]:
    """All rules that fail where a session that ends at `ends_at` is extended, in their order of precedence.

    Parameters
    ----------
    proposal
        The session as it is to be.
    price
        Of the extension, in credits.
    """
    found = [*gym.extension_failures(proposal, ends_at, gym_time), *_member_failures(proposal, booker)]
    return _in_order([*found, *_price_failures(price, booker)])


def booker_failures(proposal: Proposal, booker: Booker) -> Iterator[Failure]:
    """The rules about the member that fail."""
    yield from _member_failures(proposal, booker)
    if proposal.gym.requires_induction and not (
        booker.induction_valid_until is not None and booker.induction_valid_until > proposal.starts_at
    ):
        yield Failure(errors.InductionRequired, f"{proposal.gym.name} asks for a valid induction first.")
    yield from _price_failures(proposal.price_credits - booker.paid, booker)


def _member_failures(proposal: Proposal, booker: Booker) -> Iterator[Failure]:
    if booker.banned:
        yield Failure(AccountBanned, AccountBanned.title + ".")
    if booker.suspended_until is not None:
        until = proposal.wall_clock(booker.suspended_until)
        yield Failure(errors.BookingSuspended, f"Three missed sessions stop bookings until {until:%H:%M on %Y-%m-%d}.")
    if not booker.occupancy.is_free(proposal.starts_at, proposal.ends_at):
        yield Failure(errors.OwnOverlap, f"You have another session that overlaps {proposal.span}.")


def _price_failures(price: int, booker: Booker) -> Iterator[Failure]:
    if price > booker.credits:
        yield Failure(InsufficientCredits, f"{price} credits are needed and you have {booker.credits}.")

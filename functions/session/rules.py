"""The booking rules: those of the gym, which `gym.published` judges, and those about the member."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from gym.published import Failure, Occupancy, Proposal, gym_failures
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


def failures(proposal: Proposal, gym_time: Occupancy, booker: Booker) -> list[Failure]:
    """All rules that fail, in their order of precedence."""
    found = [*gym_failures(proposal, gym_time), *booker_failures(proposal, booker)]
    return sorted(found, key=lambda failure: errors.BOOKING_REFUSALS.index(failure.refusal))


def booker_failures(proposal: Proposal, booker: Booker) -> Iterator[Failure]:
    """The rules about the member that fail."""
    if booker.banned:
        yield Failure(AccountBanned, AccountBanned.title + ".")
    if not booker.occupancy.is_free(proposal.starts_at, proposal.ends_at):
        yield Failure(errors.OwnOverlap, f"You have another session that overlaps {proposal.span}.")
    if proposal.gym.requires_induction and not (
        booker.induction_valid_until is not None and booker.induction_valid_until > proposal.starts_at
    ):
        yield Failure(errors.InductionRequired, f"{proposal.gym.name} asks for a valid induction first.")
    if booker.credits < proposal.price_credits:
        yield Failure(
            InsufficientCredits,
            f"The session costs {proposal.price_credits} credits and you have {booker.credits}.",
        )

"""The booking rules. Availability, quotes, bookings, alternatives and gym search all use them.

Availability lists what passes the gym's rules. A member can book what also passes the rules about the member.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from gym.published import GymProfile, GymStatus, is_open, local_grid_starts, on_grid
from payment.published import InsufficientCredits
from session import errors
from session.pricing import price_credits
from session.slots import SLOT_MINUTES, Occupancy
from solo60 import clock
from solo60.problems import AccountBanned, Problem


@dataclass(frozen=True)
class Failure:
    """A rule that a proposal fails."""

    refusal: type[Problem]
    detail: str

    @property
    def code(self) -> str:
        """The rule's stable code."""
        return self.refusal.code


@dataclass(frozen=True)
class Proposal:
    """A session that may be booked.

    Attributes
    ----------
    duration
        Elapsed minutes: 60 is 3600 seconds on every day of the year.
    """

    gym: GymProfile
    starts_at: datetime
    duration: int

    @property
    def ends_at(self) -> datetime:
        """The end of the session, without the buffer."""
        return self.starts_at + timedelta(minutes=self.duration)

    @property
    def held_until(self) -> datetime:
        """The end of the gym's slot claim: the session and its buffer, rounded up to whole slots."""
        buffer_slots = -(-self.gym.buffer_minutes // SLOT_MINUTES)
        return self.ends_at + timedelta(minutes=buffer_slots * SLOT_MINUTES)

    @property
    def refundable_until(self) -> datetime:
        """The refund deadline of a cancellation; in the past for a late booking."""
        return self.starts_at - timedelta(hours=self.gym.cancellation_hours)

    @cached_property
    def price_credits(self) -> int:
        """The price in credits."""
        return price_credits(self.gym, self.starts_at, self.ends_at)

    def wall_clock(self, instant: datetime) -> datetime:
        """An instant in the gym's local time."""
        return instant.astimezone(ZoneInfo(self.gym.timezone))


@dataclass(frozen=True)
class Booker:
    """What the rules need to know about the member who books.

    Attributes
    ----------
    occupancy
        The member's taken slots, at all gyms.
    credits
        That can be spent now.
    induction_valid_until
        The exclusive end of the member's induction at this gym; None without one.
    """

    occupancy: Occupancy
    credits: int
    induction_valid_until: datetime | None
    banned: bool = False


def failures(proposal: Proposal, gym_time: Occupancy, booker: Booker) -> list[Failure]:
    """All rules that fail, in their order of precedence."""
    found = [*gym_failures(proposal, gym_time), *booker_failures(proposal, booker)]
    return sorted(found, key=lambda failure: errors.BOOKING_REFUSALS.index(failure.refusal))


def is_bookable(proposal: Proposal, gym_time: Occupancy) -> bool:
    """Whether a proposal passes the gym's rules."""
    return next(gym_failures(proposal, gym_time), None) is None


def gym_failures(proposal: Proposal, gym_time: Occupancy) -> Iterator[Failure]:
    """The gym's rules that fail, whoever books. Each rule is evaluated when it is requested."""
    gym, now = proposal.gym, clock.now()
    if gym.status != GymStatus.ACTIVE:
        yield Failure(errors.GymNotActive, f"{gym.name} is not open for bookings.")
    if not on_grid(gym, proposal.starts_at) or proposal.duration % gym.slot_minutes:
        yield Failure(
            errors.OffGrid,
            f"Sessions start on the gym's clock every {gym.slot_minutes} minutes and last multiples of that.",
        )
    if proposal.duration < gym.min_duration:
        yield Failure(errors.TooShort, f"A session lasts at least {gym.min_duration} minutes.")
    if proposal.duration > gym.max_duration:
        yield Failure(errors.TooLong, f"A session lasts at most {gym.max_duration} minutes.")
    if proposal.starts_at < now + timedelta(minutes=gym.minimum_notice_minutes):
        yield Failure(
            errors.TooSoon,
            f"Sessions are booked at least {gym.minimum_notice_minutes} minutes ahead."
            if gym.minimum_notice_minutes
            else "This start has passed.",
        )
    if proposal.starts_at > now + timedelta(days=gym.booking_horizon_days):
        yield Failure(errors.BeyondHorizon, f"Sessions are booked up to {gym.booking_horizon_days} days ahead.")
    if not is_open(gym, proposal.starts_at, proposal.ends_at):
        yield Failure(errors.GymClosed, f"{gym.name} is not open for all of {_span(proposal)}.")
    if not gym_time.is_free(proposal.starts_at, proposal.held_until):
        yield Failure(errors.SlotTaken, f"{_span(proposal)} is taken, or too close to another session.")


def booker_failures(proposal: Proposal, booker: Booker) -> Iterator[Failure]:
    """The rules about the member that fail."""
    if booker.banned:
        yield Failure(AccountBanned, AccountBanned.title + ".")
    if not booker.occupancy.is_free(proposal.starts_at, proposal.ends_at):
        yield Failure(errors.OwnOverlap, f"You have another session that overlaps {_span(proposal)}.")
    if proposal.gym.requires_induction and not (
        booker.induction_valid_until is not None and booker.induction_valid_until > proposal.starts_at
    ):
        yield Failure(errors.InductionRequired, f"{proposal.gym.name} asks for a valid induction first.")
    if booker.credits < proposal.price_credits:
        yield Failure(
            InsufficientCredits,
            f"The session costs {proposal.price_credits} credits and you have {booker.credits}.",
        )


def bookable_starts(gym: GymProfile, day: date, duration: int, gym_time: Occupancy) -> Iterator[Proposal]:
    """The sessions that can be booked at a gym with a start on a local day, in the order of time."""
    for starts_at in local_grid_starts(gym, day):
        proposal = Proposal(gym, starts_at, duration)
        if is_bookable(proposal, gym_time):
            yield proposal


def _span(proposal: Proposal) -> str:
    start, end = proposal.wall_clock(proposal.starts_at), proposal.wall_clock(proposal.ends_at)
    return f"{start:%H:%M} to {end:%H:%M} on {start:%Y-%m-%d}"

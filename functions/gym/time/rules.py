"""The gym's booking rules: what can be booked, whoever books.

Availability lists what passes them, and search, quotes, bookings and alternatives ask them too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from gym import errors
from gym.opening_hours import is_open, local_grid_starts, on_grid
from gym.profile import GymProfile, GymStatus
from gym.time.pricing import price_credits
from gym.time.slots import SLOT_MINUTES, Occupancy
from solo60 import clock
from solo60.problems import Problem


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
        """The end of the session."""
        return self.starts_at + timedelta(minutes=self.duration)

    @property
    def buffer(self) -> timedelta:
        """How long the gym stays free before and behind the session, rounded up to whole slots."""
        return -(-self.gym.buffer_minutes // SLOT_MINUTES) * timedelta(minutes=SLOT_MINUTES)

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

    @property
    def span(self) -> str:
        """From when to when, for a text to the member."""
        start, end = self.wall_clock(self.starts_at), self.wall_clock(self.ends_at)
        return f"{start:%H:%M} to {end:%H:%M} on {start:%Y-%m-%d}"


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
    if not _lets_in(gym, proposal.starts_at, proposal.ends_at):
        yield Failure(errors.GymClosed, f"{gym.name} is not open for all of {proposal.span}.")
    if not gym_time.is_free(proposal.starts_at - proposal.buffer, proposal.ends_at + proposal.buffer):
        yield Failure(errors.SlotTaken, f"{proposal.span} is taken, or too close to another session.")


def extension_failures(proposal: Proposal, ends_at: datetime, gym_time: Occupancy) -> Iterator[Failure]:
    """The gym's rules that fail where a session that ends at `ends_at` is to last as long as the proposal.

    What was judged when it was booked is not judged again: its start, the time until its end, and how near others are
    to its start.
    """
    gym = proposal.gym
    if gym.status != GymStatus.ACTIVE:
        yield Failure(errors.GymNotActive, f"{gym.name} is not open for bookings.")
    if (proposal.ends_at - ends_at) % timedelta(minutes=gym.slot_minutes):
        yield Failure(errors.OffGrid, f"Sessions last multiples of {gym.slot_minutes} minutes.")
    if proposal.duration > gym.max_duration:
        yield Failure(errors.TooLong, f"A session lasts at most {gym.max_duration} minutes.")
    if not _lets_in(gym, ends_at, proposal.ends_at):
        yield Failure(errors.GymClosed, f"{gym.name} is not open for all of {proposal.span}.")
    if not gym_time.is_free(ends_at, proposal.ends_at + proposal.buffer):
        yield Failure(errors.SlotTaken, f"{proposal.span} is taken, or too close to another session.")


def _lets_in(gym: GymProfile, start: datetime, end: datetime) -> bool:
    """Whether a gym is open for all of [start, end): by its hours, and without a closure."""
    return is_open(gym, start, end) and not gym.is_closed(start, end)


def bookable_starts(gym: GymProfile, days: Sequence[date], duration: int, gym_time: Occupancy) -> Iterator[Proposal]:
    """The sessions that can be booked at a gym with a start on consecutive local days, in the order of time."""
    for day in days:
        for starts_at in local_grid_starts(gym, day):
            proposal = Proposal(gym, starts_at, duration)
            if is_bookable(proposal, gym_time):
                yield proposal

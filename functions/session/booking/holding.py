"""Holds: placing them, giving them back, and their end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gym.published import GymNotFound, GymTimeRepository, Proposal, days_touched, require_unchanged
from session import rules
from session.booking.booking import booker_of, refusal
from session.booking.repository import BookingRepository
from session.errors import HoldNotFound, TooManyHolds
from session.hold_repository import Hold, HoldRepository, holds_of
from session.time.alternatives import Alternatives
from solo60 import clock
from solo60.ids import new_id
from solo60.unit_of_work import UnitOfWork, Work

HELD_FOR = timedelta(minutes=10)
MOST_HOLDS = 2
"""Of a member, each at another gym."""


@dataclass(frozen=True)
class PricedHold:
    """A hold with the price of its session in credits."""

    hold: Hold
    price_credits: int


class HoldKeeper:
    """Places and ends holds. A booking uses its member's hold by itself."""

    def __init__(
        self,
        holds: HoldRepository,
        bookings: BookingRepository,
        times: GymTimeRepository,
        alternatives: Alternatives,
    ) -> None:
        self._holds, self._bookings, self._times, self._alternatives = holds, bookings, times, alternatives

    def place(self, uow: UnitOfWork, *, user_id: str, gym_id: str, starts_at: datetime, duration: int) -> PricedHold:
        """Keep a time for ten minutes, at most until it begins: for others it is taken.

        All booking rules but that of the credits are applied. Asking for a time that the member holds answers its hold,
        which expires when it would have.

        Raises
        ------
        GymNotFound
            There is no such gym.
        TooManyHolds
            The member holds another time at this gym, or times at two gyms.
        Problem
            The first booking rule that fails; a conflict has a `RefusedBooking` as its findings.
        """
        hold_id = new_id()

        def act(work: Work) -> PricedHold:
            facts = self._bookings.booking_facts(work.read, user_id, gym_id, starts_at)
            if facts is None:
                raise GymNotFound
            proposal = Proposal(facts.gym, starts_at.astimezone(UTC), duration)
            live = [hold for hold in holds_of(facts.holds) if hold.is_live]
            for hold in live:
                if (hold.gym_id, hold.starts_at, hold.duration) == (gym_id, proposal.starts_at, duration):
                    return PricedHold(hold, proposal.price_credits)
            if len(live) >= MOST_HOLDS or any(hold.gym_id == gym_id for hold in live):
                raise TooManyHolds(f"A member holds one time at a gym, and at most {MOST_HOLDS}.")
            # The price is asked for when it is booked.
            booker = booker_of(user_id, facts, paid=proposal.price_credits)
            failed = rules.failures(proposal, facts.gym_time, booker)
            if failed:
                gym_time = facts.gym_time
                raise refusal(
                    self._alternatives, proposal=proposal, gym_time=gym_time, booker=booker, failure=failed[0]
                )
            expires_at = min(clock.now() + HELD_FOR, proposal.starts_at)
            placed = Hold(hold_id, gym_id, proposal.starts_at, duration, expires_at)
            self._times.claim(work, proposal, placed.held.holder, facts.gym_time)
            self._holds.replace(work, user_id, facts.holds, [*holds_of(facts.holds), placed])
            require_unchanged(work, facts.gym)
            work.count("HoldsPlaced")
            return PricedHold(placed, proposal.price_credits)

        return uow.run(act)

    def give_back(self, uow: UnitOfWork, user_id: str, hold_id: str) -> None:
        """Free the time of a hold. It may be repeated.

        Raises
        ------
        HoldNotFound
            The member has no such hold, or it has expired.
        """

        def act(work: Work) -> None:
            record = self._holds.find(work.read, user_id)
            hold = next((each for each in holds_of(record) if each.id == hold_id), None)
            if hold is None or hold.expires_at <= clock.now():
                raise HoldNotFound
            if hold.given_back:
                return
            self._times.release(work, hold.gym_id, hold.starts_at, hold.ends_at, hold.held.holder)
            self._holds.mark_given_back(work, user_id, record, hold)

        uow.run(act)

    def expire(self, uow: UnitOfWork, user_id: str) -> None:
        """Remove a member's holds that have expired, and free what they still have of their time."""

        def act(work: Work) -> None:
            record = self._holds.find(work.read, user_id)
            over = [hold for hold in holds_of(record) if hold.expires_at <= clock.now()]
            if not over:
                return
            for hold in over:
                days = days_touched(hold.starts_at, hold.ends_at)
                gym_time = self._times.occupancy(work.read, [hold.gym_id], days)[hold.gym_id]
                self._times.release_rest(work, hold.gym_id, gym_time, hold.held.holder)
            self._holds.give_up(work, user_id, record, over)

        uow.run(act)

"""Slot claims of sessions: the time that they take of their gyms and of their members."""

from __future__ import annotations

from datetime import datetime

from gym.published import GymTimeRepository, HeldTime, Occupancy, Proposal, claim, release
from session.hold_repository import HoldRepository, holds_touching
from session.keys import member_day
from session.records import MemberHolds, Session
from solo60.transaction import Transaction


def held_by(session: Session) -> HeldTime:
    """The time that a session has."""
    return HeldTime(session.id, session.starts_at, session.ends_at)


class SessionClaims:
    """Slots of gyms and members, claimed and freed together: a session has both or none."""

    def __init__(self, times: GymTimeRepository, holds: HoldRepository) -> None:
        self._times, self._holds = times, holds

    def claim(
        self,
        transaction: Transaction,
        proposal: Proposal,
        session: Session,
        gym_time: Occupancy,
        holds: MemberHolds | None,
        *,
        before: HeldTime | None = None,
    ) -> None:
        """Claim the time of a proposal for a session: all slots of its gym and of its member, or none.

        Parameters
        ----------
        gym_time
            Of the gym, as it was read.
        holds
            Of the member, as they were read. Those that are in the way are given up.
        before
            What the session had until now.
        """
        start, end, user_id = proposal.starts_at, proposal.ends_at, session.user_id
        own = () if before is None else (before,)
        held = self._given_up(transaction, proposal, session, holds)
        self._times.claim(transaction, proposal, session.id, gym_time, given_up=[*own, *held])
        claim(transaction, lambda day: member_day(user_id, day), start, end, session.id, given_up=own)

    def extend(
        self,
        transaction: Transaction,
        proposal: Proposal,
        session: Session,
        gym_time: Occupancy,
        holds: MemberHolds | None,
    ) -> None:
        """Claim what a proposal lasts longer than its session, as it was read. Parameters as for `claim`."""
        start, end, user_id = session.ends_at, proposal.ends_at, session.user_id
        held = self._given_up(transaction, proposal, session, holds)
        self._times.extend(transaction, proposal, start, session.id, gym_time, given_up=held)
        claim(transaction, lambda day: member_day(user_id, day), start, end, session.id)

    def _given_up(
        self, transaction: Transaction, proposal: Proposal, session: Session, record: MemberHolds | None
    ) -> list[HeldTime]:
        touching = holds_touching(record, proposal)
        self._holds.give_up(transaction, session.user_id, record, touching)
        return [hold.held for hold in touching]

    def release_rest(self, transaction: Transaction, session: Session, start: datetime) -> None:
        """Free what a session holds from an instant on."""
        user_id, end = session.user_id, session.ends_at
        self._times.release(transaction, session.gym_id, start, end, session.id)
        release(transaction, lambda day: member_day(user_id, day), start, end, session.id)

    def release(self, transaction: Transaction, session: Session) -> None:
        """Free the time that a session holds."""
        self.release_rest(transaction, session, session.starts_at)

"""Slot claims of sessions: the time that they take of their gyms and of their members."""

from __future__ import annotations

from gym.published import GymTimeRepository, HeldTime, Proposal, claim, release
from session.keys import member_day
from session.records import Session
from solo60.transaction import Transaction


def held_by(session: Session) -> HeldTime:
    """The time that a session has."""
    return HeldTime(session.id, session.starts_at, session.ends_at)


class SessionClaims:
    """Slots of gyms and members, claimed and freed together: a session has both or none."""

    def __init__(self, times: GymTimeRepository) -> None:
        self._times = times

    def claim(
        self, transaction: Transaction, proposal: Proposal, session: Session, *, given_up: HeldTime | None = None
    ) -> None:
        """Claim the time of a proposal for a session: all slots of its gym and of its member, or none.

        Parameters
        ----------
        given_up
            What the session had until now.
        """
        start, end, user_id = proposal.starts_at, proposal.ends_at, session.user_id
        self._times.claim(transaction, proposal, session.id, given_up=given_up)
        claim(transaction, lambda day: member_day(user_id, day), start, end, session.id, given_up=given_up)

    def extend(self, transaction: Transaction, proposal: Proposal, session: Session) -> None:
        """Claim what a proposal lasts longer than its session, as it was read."""
        start, end, user_id = session.ends_at, proposal.ends_at, session.user_id
        self._times.extend(transaction, proposal, start, session.id)
        claim(transaction, lambda day: member_day(user_id, day), start, end, session.id)

    def release(self, transaction: Transaction, session: Session) -> None:
        """Free the time that a session holds."""
        user_id = session.user_id
        self._times.release(transaction, session.gym_id, session.starts_at, session.ends_at, session.id)
        release(transaction, lambda day: member_day(user_id, day), session.starts_at, session.ends_at, session.id)

"""Reads of what decides about bookings, and late cancellations."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from gym.published import (
    Closure,
    GymProfile,
    Occupancy,
    closure_key,
    days_around,
    gym_days,
    gym_key,
    induction_key,
    induction_valid_until,
    occupancy_of,
    profile_of,
)
from payment.published import CreditAccount, account_key
from session.hold_repository import holds_of
from session.keys import (
    gym_partition,
    holds_key,
    late_cancellation_key,
    late_cancellations_from,
    member_day,
    member_days,
    session_key,
    strikes_key,
)
from session.records import LateCancellation, MemberDay, MemberHolds, RebookedTime, Session
from session.strike_repository import suspended_until
from solo60 import clock
from solo60.bans import Ban, ban_key, is_banned
from solo60.records import Key, Read, batch_get
from solo60.repository import RecordQuery, Repository
from solo60.transaction import Transaction

LONGEST_SESSION = timedelta(hours=24)
KEPT = timedelta(days=30)
"""How long a late cancellation is kept after its session."""


@dataclass(frozen=True)
class BookingFacts:
    """All data that decides about a booking, from one strong read.

    Attributes
    ----------
    gym_time
        What the member holds of it counts as free.
    account
        The member's credit account as payment knows it, or None.
    induction_valid_until
        Of the member's induction at this gym; None without one.
    """

    gym: GymProfile
    gym_time: Occupancy
    member_time: Occupancy
    account: CreditAccount | None
    induction_valid_until: datetime | None
    banned: bool
    holds: MemberHolds | None
    suspended_until: datetime | None

    def without(self, session_id: str) -> BookingFacts:
        """The same, where the time of one session counts as free."""
        return replace(
            self, gym_time=self.gym_time.without(session_id), member_time=self.member_time.without(session_id)
        )


@dataclass(frozen=True)
class RebookingFacts:
    """All data that decides whether a late cancellation is refunded, from one strong read."""

    session: Session
    late_cancellation: LateCancellation
    account: CreditAccount | None


class BookingRepository(Repository[Session, [str]]):
    """What decides about bookings and cancellations, and late cancellations."""

    key = staticmethod(session_key)

    def booking_facts(self, read: Read, user_id: str, gym_id: str, starts_at: datetime) -> BookingFacts | None:
        """All data that decides about a booking, in one strong read; None if there is no such gym."""
        days = days_around(starts_at)
        gym_time, member_time = gym_days(gym_id, days), member_days(user_id, days)
        place, ban, account, holds = gym_key(gym_id), ban_key(user_id), account_key(user_id), holds_key(user_id)
        strikes = strikes_key(user_id)
        induction = induction_key(user_id, gym_id)
        found = read(place, ban, account, holds, strikes, induction, *gym_time, *member_time)
        gym = found[place]
        if gym is None:
            return None
        free_or_own = occupancy_of(days, found.all(gym_time))
        for hold in holds_of(found[holds]):
            free_or_own = free_or_own.without(hold.held.holder)
        return BookingFacts(
            gym=profile_of(gym),
            gym_time=free_or_own,
            member_time=occupancy_of(days, found.all(member_time)),
            account=found[account],
            induction_valid_until=induction_valid_until(found[induction]),
            banned=is_banned(found[ban]),
            holds=found[holds],
            suspended_until=suspended_until(found[strikes]),
        )

    def session_account_and_ban(
        self, read: Read, session_id: str, user_id: str
    ) -> tuple[Session | None, CreditAccount | None, Ban | None]:
        """A session, a member's credit account and ban, in one strong read."""
        session, account, ban = session_key(session_id), account_key(user_id), ban_key(user_id)
        found = read(session, account, ban)
        return found[session], found[account], found[ban]

    def session_account_and_closure(
        self, read: Read, gym_id: str, session_id: str, closure_id: str
    ) -> tuple[Session | None, CreditAccount | None, Closure | None]:
        """A session, its member's credit account and a closure of the gym, in two strong reads."""
        session_at, closure_at = session_key(session_id), closure_key(gym_id, closure_id)
        found = read(session_at, closure_at)
        session = found[session_at]
        if session is None:
            return None, None, found[closure_at]
        account_at = account_key(session.user_id)
        return session, read(account_at)[account_at], found[closure_at]

    def of_member_from(self, user_id: str, instant: datetime) -> list[Session]:
        """A member's sessions that are not cancelled and end after an instant, by strong reads of the member's days."""
        first = member_day(user_id, instant.astimezone(UTC).date())
        query = RecordQuery(MemberDay, first.pk, MemberDay.sk >= first.sk, consistent=True)
        days = self.query_all(query)
        ids = dict.fromkeys(session_id for day in days for _, session_id in sorted(day.taken.items()))
        keys = [session_key(session_id) for session_id in ids]
        found = [session for session in batch_get(*keys).all(keys) if session is not None]
        return [session for session in found if session.ends_at > instant]

    def rebooking_facts(self, read: Read, listed: LateCancellation) -> RebookingFacts | None:
        """All data that decides about a late cancellation's refund, in one strong read; None if it is settled."""
        late_key = Key(LateCancellation, listed.pk, listed.sk)
        found = read(late_key, session_key(listed.session_id), account_key(listed.user_id))
        session, late_cancellation = found[session_key(listed.session_id)], found[late_key]
        if session is None or late_cancellation is None:
            return None
        return RebookingFacts(session, late_cancellation, found[account_key(listed.user_id)])

    def put_late_cancellation(self, transaction: Transaction, session: Session) -> None:
        """Store that a session was cancelled too late; the item expires after the session would have ended."""
        key = late_cancellation_key(session)
        transaction.put(
            LateCancellation(
                key.pk,
                key.sk,
                session_id=session.id,
                user_id=session.user_id,
                starts_at=session.starts_at,
                ends_at=session.ends_at,
                ttl=clock.epoch_seconds(session.ends_at + KEPT),
            )
        )

    def change_rebooked(
        self, transaction: Transaction, late_cancellation: LateCancellation, rebooked: list[RebookedTime]
    ) -> None:
        """Note what other members have booked of its time, if the late cancellation is unchanged."""
        version = int(late_cancellation.version)
        transaction.update(
            late_cancellation,
            [LateCancellation.rebooked.set(rebooked), LateCancellation.version.set(version + 1)],
            condition=LateCancellation.version == version,
        )

    def delete_late_cancellation(self, transaction: Transaction, late_cancellation: LateCancellation) -> None:
        """Delete the late cancellation of a refunded session, if it is unchanged."""
        transaction.delete(late_cancellation, condition=LateCancellation.version == int(late_cancellation.version))

    def late_cancellations_overlapping(self, gym_id: str, start: datetime, end: datetime) -> list[LateCancellation]:
        """The late cancellations at a gym whose sessions overlap [start, end)."""
        low, high = late_cancellations_from(start - LONGEST_SESSION), late_cancellations_from(end)
        query = RecordQuery(
            LateCancellation, gym_partition(gym_id), LateCancellation.sk.between(low, high), consistent=True
        )
        return [
            late_cancellation
            for late_cancellation in self.query_all(query)
            if late_cancellation.starts_at < end and late_cancellation.ends_at > start
        ]

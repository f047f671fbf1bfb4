"""Changes of a session's time: one transaction claims the new time, frees the old one and settles the price.

On any refusal nothing has changed. The refund deadline stays that of the first booking.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from gym.published import Failure, GymNotFound, HeldTime, Proposal, require_unchanged
from payment.published import Ledger
from session import rules
from session.booking.booking import booker_of, refusal, set_price, set_time
from session.booking.credit_allocations import allocations_of, joined, split, to_attributes
from session.booking.repository import BookingFacts, BookingRepository
from session.claims import SessionClaims, held_by
from session.errors import NotChangeable, SessionNotFound, TooManyMoves
from session.event_data import event_data_of
from session.events import SessionExtended, SessionMoved
from session.records import Session
from session.repository import SessionRepository, state_of
from session.rules import Booker
from session.status import SessionStatus
from session.steps import Actor, Step, StepKind
from session.time.alternatives import Alternatives
from solo60 import clock
from solo60.events import publish
from solo60.problems import PreconditionFailed
from solo60.unit_of_work import UnitOfWork, Work

MOST_MOVES = 5


class SessionChanger:
    """Moves and extends sessions."""

    def __init__(
        self,
        sessions: SessionRepository,
        bookings: BookingRepository,
        claims: SessionClaims,
        ledger: Ledger,
        alternatives: Alternatives,
    ) -> None:
        self._sessions, self._bookings, self._claims = sessions, bookings, claims
        self._ledger, self._alternatives = ledger, alternatives

    def move(
        self,
        uow: UnitOfWork,
        *,
        user_id: str,
        session_id: str,
        starts_at: datetime,
        duration: int | None,
        seen_version: int | None,
    ) -> Session:
        """Move a member's own session. A move to the time that it has changes nothing.

        A dearer time is charged. A cheaper one gives the difference back, the last spent credits first, until the
        refund deadline; after it nothing.

        Parameters
        ----------
        duration
            Minutes; None for as long as it lasts.
        seen_version
            The version that the member has seen; None for any version.

        Raises
        ------
        SessionNotFound
            The member has no such session.
        PreconditionFailed
            It is not, or at the commit no longer, the version that the member has seen.
        NotChangeable
            It has started, ended or been cancelled.
        TooManyMoves
            It was moved five times.
        Problem
            The first booking rule that the new time fails; a conflict has a `RefusedBooking` as its findings.
        """

        def act(work: Work) -> Session:
            session = self._own(work, session_id, user_id, seen_version)
            if session.status != SessionStatus.CONFIRMED or session.starts_at <= clock.now():
                raise NotChangeable(state_of(session))
            start, minutes = starts_at.astimezone(UTC), duration or int(session.duration)
            if (start, minutes) == (session.starts_at, int(session.duration)):
                return session
            if session.moves >= MOST_MOVES:
                raise TooManyMoves(f"A session is moved at most {MOST_MOVES} times.")
            proposal, facts, booker = self._facts(work, session, start, minutes)
            failed = rules.failures(proposal, facts.gym_time, booker)
            self._require_none(failed, proposal, facts, booker)
            before = held_by(session)
            session.moves = int(session.moves) + 1
            # Reminders of the new time whose moment has passed are not sent.
            session.due_since = clock.now()
            self._claims.claim(work, proposal, session, facts.gym_time, facts.holds, before=before)
            self._settle(work, session, facts, proposal.price_credits - int(session.price_credits), "Moved")
            self._place(work, session, proposal, facts, before=before, kind=StepKind.MOVED)
            work.count("SessionsMoved")
            publish(
                work,
                SessionMoved(
                    **event_data_of(session),
                    held_until=session.ends_at + proposal.buffer,
                    previous_starts_at=before.start,
                    previous_ends_at=before.end,
                ),
            )
            return session

        return uow.run(act)

    def extend(
        self, uow: UnitOfWork, *, user_id: str, session_id: str, minutes: int, seen_version: int | None
    ) -> Session:
        """Let a member's own session last longer, also while it takes place.

        It costs what the longer session costs more than the present one by the gym's prices of now.

        Raises
        ------
        SessionNotFound, PreconditionFailed
            As for `move`.
        NotChangeable
            It has ended or been cancelled.
        Problem
            The first rule that the extension fails; a conflict has a `RefusedBooking` as its findings.
        """

        def act(work: Work) -> Session:
            session = self._own(work, session_id, user_id, seen_version)
            if session.status not in {SessionStatus.CONFIRMED, SessionStatus.CHECKED_IN}:
                raise NotChangeable(state_of(session))
            if session.ends_at <= clock.now():
                raise NotChangeable("The session has ended.")
            proposal, facts, booker = self._facts(work, session, session.starts_at, int(session.duration) + minutes)
            before = held_by(session)
            present = Proposal(facts.gym, session.starts_at, int(session.duration))
            price = proposal.price_credits - present.price_credits
            failed = rules.extension_failures(proposal, before.end, facts.gym_time, booker, price=price)
            self._require_none(failed, proposal, facts, booker)
            self._claims.extend(work, proposal, session, facts.gym_time, facts.holds)
            self._settle(work, session, facts, price, "Extended")
            self._place(work, session, proposal, facts, before=before, kind=StepKind.EXTENDED)
            work.count("SessionsExtended")
            publish(
                work,
                SessionExtended(
                    **event_data_of(session),
                    held_until=session.ends_at + proposal.buffer,
                    previous_ends_at=before.end,
                ),
            )
            return session

        return uow.run(act)

    def _own(self, work: Work, session_id: str, user_id: str, seen_version: int | None) -> Session:
        session = self._sessions.find(work.read, session_id)
        if session is None or session.user_id != user_id:
            raise SessionNotFound
        PreconditionFailed.unless_seen(seen_version, int(session.version))
        return session

    def _facts(
        self, work: Work, session: Session, starts_at: datetime, duration: int
    ) -> tuple[Proposal, BookingFacts, Booker]:
        """What decides about the new time; what the session has until now counts as free and as paid."""
        found = self._bookings.booking_facts(work.read, session.user_id, session.gym_id, starts_at)
        if found is None:
            raise GymNotFound
        facts = found.without(session.id)
        booker = booker_of(session.user_id, facts, paid=int(session.price_credits))
        return Proposal(facts.gym, starts_at, duration), facts, booker

    def _require_none(self, failed: Sequence[Failure], proposal: Proposal, facts: BookingFacts, booker: Booker) -> None:
        if failed:
            gym_time = facts.gym_time
            raise refusal(self._alternatives, proposal=proposal, gym_time=gym_time, booker=booker, failure=failed[0])

    def _settle(self, work: Work, session: Session, facts: BookingFacts, difference: int, what: str) -> None:
        """Charge or give back a difference in price."""
        described = f"{what}: session at {session.gym_name}, {session.booking_date} {session.start_time}"
        paid = allocations_of(session)
        if difference > 0:
            further = self._ledger.debit(
                work,
                user_id=session.user_id,
                account=facts.account,
                amount=difference,
                reference=session.id,
                description=described,
            )
            work.count("CreditsSpent", difference)
            paid = joined(paid, further)
        elif difference < 0 and clock.now() <= session.refundable_until:
            paid, returned = split(paid, -difference)
            self._ledger.give_back(
                work,
                user_id=session.user_id,
                account=facts.account,
                allocations=returned,
                reference=session.id,
                description=described,
            )
        session.credit_allocations = to_attributes(paid)
        set_price(session, sum(each.amount for each in paid))

    def _place(
        self,
        work: Work,
        session: Session,
        proposal: Proposal,
        facts: BookingFacts,
        *,
        before: HeldTime,
        kind: StepKind,
    ) -> None:
        """Let a session take place when the proposal does."""
        set_time(session, proposal)
        session.sequence = int(session.sequence) + 1
        details = {
            "from": [clock.to_rfc3339(before.start), clock.to_rfc3339(before.end)],
            "to": [clock.to_rfc3339(session.starts_at), clock.to_rfc3339(session.ends_at)],
        }
        self._sessions.change(work, session, int(session.version), Step(kind, Actor.HOST, session.user_id, details))
        require_unchanged(work, facts.gym)

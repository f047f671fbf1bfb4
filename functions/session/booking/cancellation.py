"""Cancellation: frees the time, and refunds the credits before the deadline or when another member books the time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from payment.published import CreditAccount, CreditAllocation, Ledger
from session.booking.credit_allocations import allocations_of
from session.booking.repository import BookingRepository
from session.claims import SessionClaims
from session.errors import NotCancellable, SessionNotFound
from session.event_data import event_data_of
from session.events import SessionCancelled
from session.records import Session
from session.repository import SessionRepository, state_of
from session.status import SessionStatus
from session.steps import Actor, Step, StepKind
from solo60 import clock
from solo60.events import publish
from solo60.ids import new_id
from solo60.problems import PreconditionFailed
from solo60.unit_of_work import UnitOfWork, Work

VALID_AGAIN = timedelta(days=30)
"""How long credits are valid that expired before the company cancelled."""


@dataclass(frozen=True)
class By:
    """Who cancels, and what that means.

    Attributes
    ----------
    refunds
        Whether the credits go back at any time, those that have expired valid again for a while; None where the refund
        deadline decides, as for the member.
    told
        The reason that the member is told; empty for none.
    """

    actor: Actor
    actor_id: str | None = None
    refunds: bool | None = None
    told: str = ""


def cancel(
    uow: UnitOfWork,
    sessions: SessionRepository,
    cancellations: Cancellations,
    *,
    user_id: str,
    session_id: str,
    seen_version: int | None,
) -> Session:
    """Cancel a member's own session. A session that is already cancelled is returned unchanged.

    Parameters
    ----------
    seen_version
        The version that the member has seen; None for any version.

    Raises
    ------
    SessionNotFound
        The member has no such session.
    PreconditionFailed
        It is not, or at the commit no longer, the version that the member has seen.
    NotCancellable
        It has started or ended.
    ServiceUnavailable
        Other requests kept changing the data that the cancellation depends on.
    """

    def act(work: Work) -> Session:
        session, account = sessions.session_and_account(work.read, session_id, user_id)
        if session is None or session.user_id != user_id:
            raise SessionNotFound
        PreconditionFailed.unless_seen(seen_version, int(session.version))
        if session.status == SessionStatus.CANCELLED:
            return session
        _require_cancellable(session)
        cancellations.write(work, session, account, By(Actor.HOST, user_id))
        work.count("SessionsCancelled")
        return session

    return uow.run(act)


def _require_cancellable(session: Session) -> None:
    if session.status != SessionStatus.CONFIRMED or session.starts_at <= clock.now():
        raise NotCancellable(state_of(session))


class Cancellations:
    """Writes cancellations: frees the time, and refunds what is to be refunded."""

    def __init__(
        self, sessions: SessionRepository, bookings: BookingRepository, claims: SessionClaims, ledger: Ledger
    ) -> None:
        self._sessions, self._bookings, self._claims, self._ledger = sessions, bookings, claims, ledger

    def write(
        self,
        work: Work,
        session: Session,
        account: CreditAccount | None,
        by: By,
    ) -> None:
        """Cancel a session, as it was read, in a transaction.

        Parameters
        ----------
        account
            The member's credit account, read together with the session.
        """
        now = clock.now()
        refunds = now <= session.refundable_until if by.refunds is None else by.refunds
        session.status = SessionStatus.CANCELLED
        session.cancelled_at = now
        session.sequence = int(session.sequence) + 1
        session.refunded_credits = int(session.price_credits) if refunds else 0
        session.refund_if_rebooked = by.refunds is None and not refunds and session.price_credits > 0
        details = {"reason": by.told} if by.told else {}
        step = Step(StepKind.CANCELLED, by.actor, by.actor_id, details)
        self._sessions.change(work, session, int(session.version), step)
        self._claims.release(work, session)
        if refunds:
            allocations = allocations_of(session)
            self._ledger.give_back(
                work,
                user_id=session.user_id,
                account=account,
                allocations=[_revived(each, now) for each in allocations] if by.refunds else allocations,
                reference=session.id,
                description=f"Cancelled: session at {session.gym_name}, {session.booking_date} {session.start_time}",
            )
        if session.refund_if_rebooked:
            self._bookings.put_late_cancellation(work, session)
        refunded = int(session.refunded_credits)
        publish(work, SessionCancelled(**event_data_of(session), refunded_credits=refunded, reason=by.told))


def _revived(allocation: CreditAllocation, now: datetime) -> CreditAllocation:
    """Credits to give back; those that have expired get a lot of their own, which is valid again."""
    if allocation.expires_at > now:
        return allocation
    return allocation.model_copy(update={"lot_id": new_id(), "expires_at": now + VALID_AGAIN})

"""Check-in and check-out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from session.claims import SessionClaims
from session.errors import CheckInClosed, NotCheckedIn, SessionNotFound
from session.event_data import event_data_of
from session.events import SessionCheckedIn, SessionCheckedOut
from session.records import Session
from session.repository import SessionRepository, state_of
from session.status import SessionStatus
from session.steps import Actor, Step, StepKind
from solo60 import clock
from solo60.events import publish
from solo60.problems import PreconditionFailed
from solo60.unit_of_work import UnitOfWork, Work

OPENS = timedelta(minutes=10)
"""Before the start."""
CLOSES = timedelta(minutes=15)
"""After the start."""
SLOT = timedelta(minutes=15)


@dataclass(frozen=True)
class Participant:
    """A member who takes part in a session, or wants to."""

    user_id: str
    email: str


@dataclass(frozen=True)
class Attended:
    """A session, and the participant who has checked in or out."""

    session: Session
    participant: Participant


def check_in(
    uow: UnitOfWork, sessions: SessionRepository, participant: Participant, session_id: str, *, seen_version: int | None
) -> Attended:
    """Check in to a session, from ten minutes before its start until a quarter of an hour after it.

    Who has checked in before gets the session as it is.

    Raises
    ------
    SessionNotFound
        The member takes no part in such a session.
    PreconditionFailed
        It is not, or at the commit no longer, the version that the member has seen.
    CheckInClosed
        It is too early or too late, or the session does not stand any more.
    """

    user_id = participant.user_id

    def act(work: Work) -> Attended:
        session = sessions.find(work.read, session_id)
        if session is None or user_id not in session.participants:
            raise SessionNotFound
        PreconditionFailed.unless_seen(seen_version, int(session.version))
        if user_id in session.check_ins:
            return Attended(session, participant)
        _require_open(session)
        now = clock.now()
        session.check_ins = {**session.check_ins, user_id: clock.to_rfc3339(now)}
        session.status = SessionStatus.CHECKED_IN
        step = Step(StepKind.CHECKED_IN, _role_of(session, user_id), user_id)
        sessions.change(work, session, int(session.version), step)
        publish(work, SessionCheckedIn(**event_data_of(session), participant_id=user_id, checked_in_at=now))
        work.count("SessionsCheckedIn")
        return Attended(session, participant)

    return uow.run(act)


def _require_open(session: Session) -> None:
    if session.status not in {SessionStatus.CONFIRMED, SessionStatus.CHECKED_IN}:
        raise CheckInClosed(state_of(session))
    opens, closes, now = session.starts_at - OPENS, min(session.starts_at + CLOSES, session.ends_at), clock.now()
    if now < opens:
        raise CheckInClosed(f"It opens at {clock.to_rfc3339(opens)}.")
    if now > closes:
        raise CheckInClosed(f"It closed at {clock.to_rfc3339(closes)}.")


def check_out(
    uow: UnitOfWork,
    sessions: SessionRepository,
    claims: SessionClaims,
    participant: Participant,
    session_id: str,
    *,
    seen_version: int | None,
) -> Attended:
    """End the use of a session. What is left of its time, in whole slots, is free for others; nothing is refunded.

    A session whose use has ended is returned unchanged.

    Raises
    ------
    SessionNotFound
        The member takes no part in such a session.
    PreconditionFailed
        It is not, or at the commit no longer, the version that the member has seen.
    NotCheckedIn
        Nobody has checked in.
    """

    user_id = participant.user_id

    def act(work: Work) -> Attended:
        session = sessions.find(work.read, session_id)
        if session is None or user_id not in session.participants:
            raise SessionNotFound
        PreconditionFailed.unless_seen(seen_version, int(session.version))
        if session.status == SessionStatus.COMPLETED:
            return Attended(session, participant)
        if session.status != SessionStatus.CHECKED_IN:
            raise NotCheckedIn
        now = clock.now()
        free_from = max(_next_slot(now), session.starts_at)
        if free_from < session.ends_at:
            claims.release_rest(work, session, free_from)
            session.released_from = free_from
        complete(work, sessions, session, Step(StepKind.CHECKED_OUT, _role_of(session, user_id), user_id))
        return Attended(session, participant)

    return uow.run(act)


def complete(work: Work, sessions: SessionRepository, session: Session, step: Step) -> None:
    """Write that the use of a session has ended now."""
    session.checked_out_at = clock.now()
    session.status = SessionStatus.COMPLETED
    sessions.change(work, session, int(session.version), step)
    publish(
        work,
        SessionCheckedOut(
            **event_data_of(session), checked_out_at=session.checked_out_at, released_from=session.released_from
        ),
    )
    work.count("SessionsCompleted")


def _role_of(session: Session, user_id: str) -> Actor:
    return Actor.HOST if user_id == session.user_id else Actor.GUEST


def _next_slot(instant: datetime) -> datetime:
    """The first slot that begins at or after an instant."""
    begun = timedelta(seconds=instant.timestamp() % SLOT.total_seconds())
    return instant if not begun else instant - begun + SLOT

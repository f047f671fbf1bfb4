"""What admins do about sessions of members: cancellations and no-shows."""

from __future__ import annotations

from dataclasses import dataclass

from session.administration.repository import SessionAdminRepository
from session.attendance.verdicts import Attendance
from session.booking.cancellation import By, Cancellations
from session.errors import NotCancellable, NotMissed, SessionNotFound
from session.records import Session, SessionStep
from session.repository import SessionRepository, state_of
from session.status import SessionStatus
from session.steps import Actor, Step, StepKind
from solo60 import clock
from solo60.problems import PreconditionFailed
from solo60.records import batch_get
from solo60.unit_of_work import UnitOfWork, Work


@dataclass(frozen=True)
class LoggedSession:
    """A session with its log."""

    session: Session
    log: list[SessionStep]


def logged(sessions: SessionAdminRepository, session_id: str) -> LoggedSession:
    """A session of any member, with its log.

    Raises
    ------
    SessionNotFound
        There is none.
    """
    session = sessions.find(batch_get, session_id)
    if session is None:
        raise SessionNotFound
    return LoggedSession(session, sessions.log_of(session_id))


class SessionOverride:
    """Cancels members' sessions, and says that nobody came."""

    def __init__(self, sessions: SessionRepository, cancellations: Cancellations, attendance: Attendance) -> None:
        self._sessions, self._cancellations, self._attendance = sessions, cancellations, attendance

    def cancel(
        self, uow: UnitOfWork, session_id: str, *, by: str, reason: str, refunds: bool, seen_version: int | None
    ) -> Session:
        """Cancel a session that has not ended, with all credits back or none. One that is cancelled stays as it is.

        Raises
        ------
        SessionNotFound
            There is none.
        PreconditionFailed
            It is not, or at the commit no longer, the version that the admin has seen.
        NotCancellable
            It has ended, or somebody has checked in.
        """

        def act(work: Work) -> Session:
            session = self._find(work, session_id, seen_version)
            if session.status == SessionStatus.CANCELLED:
                work.record_change("session", session_id, {"status": session.status})
                return session
            if session.status != SessionStatus.CONFIRMED:
                raise NotCancellable(state_of(session))
            if session.ends_at <= clock.now():
                raise NotCancellable("The session has ended.")
            _, account = self._sessions.session_and_account(work.read, session_id, session.user_id)
            self._cancellations.write(work, session, account, By(Actor.ADMIN, by, refunds=refunds, told=reason))
            refunded = int(session.refunded_credits or 0)
            work.record_change("session", session_id, {"status": session.status, "refunded_credits": refunded})
            work.count("SessionsCancelledByAdmins")
            return session

        return uow.run(act)

    def miss(self, uow: UnitOfWork, session_id: str, *, by: str, seen_version: int | None) -> Session:
        """Say that nobody came to a session that has begun: a strike of its host. A no-show stays as it is.

        Raises
        ------
        SessionNotFound, PreconditionFailed
            As for `cancel`.
        NotMissed
            It has not begun, was cancelled, or somebody has checked in.
        """

        def act(work: Work) -> Session:
            session = self._find(work, session_id, seen_version)
            if session.status == SessionStatus.NO_SHOW:
                work.record_change("session", session_id, {"status": session.status})
                return session
            if session.status != SessionStatus.CONFIRMED:
                raise NotMissed(state_of(session))
            if session.starts_at > clock.now():
                raise NotMissed("The session has not begun.")
            self._attendance.miss(work, session, Step(StepKind.NO_SHOW, Actor.ADMIN, by))
            work.record_change("session", session_id, {"status": session.status})
            return session

        return uow.run(act)

    def _find(self, work: Work, session_id: str, seen_version: int | None) -> Session:
        session = self._sessions.find(work.read, session_id)
        if session is None:
            raise SessionNotFound
        PreconditionFailed.unless_seen(seen_version, int(session.version))
        return session

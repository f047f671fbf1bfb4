"""What is due to a session: reminders, a look at the one before it, and the verdict at its end."""

from __future__ import annotations

from datetime import timedelta

from gym.published import LONGEST_BUFFER, GymTimeRepository, days_touched
from session.attendance.checking_in import complete
from session.due import LEFT_OPEN_FOR, DueStep, due_now, is_due
from session.event_data import event_data_of
from session.events import SessionMissed, SessionOverstayed, SessionReminderDue
from session.records import Session
from session.repository import SessionRepository
from session.status import SessionStatus
from session.steps import Actor, Step, StepKind
from session.strike_repository import StrikeRepository
from solo60 import clock
from solo60.events import publish
from solo60.unit_of_work import UnitOfWork, Work

_LATE = timedelta(hours=1)
"""A reminder that comes later than that says nothing useful any more."""


class Attendance:
    """Makes the steps that are due to sessions, each once, whenever and however often it is told to."""

    def __init__(self, sessions: SessionRepository, strikes: StrikeRepository, times: GymTimeRepository) -> None:
        self._sessions, self._strikes, self._times = sessions, strikes, times

    def advance(self, uow: UnitOfWork, session_id: str) -> None:
        """Make all steps that are due to a session, as it stands now."""

        def act(work: Work) -> None:
            session = self._sessions.find(work.read, session_id)
            if session is None or not is_due(session):
                return
            steps = due_now(session)
            for step in steps:
                self._announce(work, session, step)
            if DueStep.END in steps and session.status == SessionStatus.CONFIRMED:
                self.miss(work, session, Step(StepKind.NO_SHOW, Actor.COMPANY))
            elif DueStep.END_OF_USE in steps and session.status == SessionStatus.CHECKED_IN:
                complete(work, self._sessions, session, Step(StepKind.COMPLETED, Actor.COMPANY))
            else:
                self._sessions.mark_done(work, session, clock.now())

        uow.run(act)

    def miss(self, work: Work, session: Session, step: Step) -> None:
        """Write that nobody came to a session: a strike of its host, dated by the session's end."""
        strikes = self._strikes.find(work.read, session.user_id)
        session.status = SessionStatus.NO_SHOW
        self._sessions.change(work, session, int(session.version), step)
        until = self._strikes.add(work, session.user_id, strikes, session_id=session.id, at=session.ends_at)
        publish(work, SessionMissed(**event_data_of(session), suspended_until=until))
        work.count("SessionsMissed")

    def _announce(self, work: Work, session: Session, step: DueStep) -> None:
        now, start = clock.now(), session.starts_at
        if step is DueStep.REMINDER_A_DAY_BEFORE and now < start - timedelta(hours=24) + _LATE:
            publish(work, SessionReminderDue(**event_data_of(session), hours=24))
        elif step is DueStep.REMINDER_AN_HOUR_BEFORE and now < start:
            publish(work, SessionReminderDue(**event_data_of(session), hours=1))
        elif step is DueStep.BEGINNING and now < session.ends_at:
            self._look_for_overstay(work, session)

    def _look_for_overstay(self, work: Work, session: Session) -> None:
        """Tell if the session before this one at its gym is still in use."""
        start = session.starts_at
        earliest = start - LONGEST_BUFFER - LEFT_OPEN_FOR
        gym_time = self._times.occupancy(work.read, [session.gym_id], days_touched(earliest, start))[session.gym_id]
        holder = gym_time.last_holder(earliest, start)
        before = None if holder is None else self._sessions.find(work.read, holder)
        if before is not None and before.status == SessionStatus.CHECKED_IN:
            following = {"next_session_id": session.id, "next_user_id": session.user_id}
            publish(work, SessionOverstayed(**event_data_of(before), **following))
